"""tabsynth: learn a private table with a LoRA-tuned language model and write a synthetic one."""
