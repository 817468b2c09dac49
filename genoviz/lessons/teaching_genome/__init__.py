"""How the synthetic teaching genome is made: `python -m genoviz.lessons.teaching_genome FOLDER`."""
