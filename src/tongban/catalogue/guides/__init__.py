"""Official guides as cities publish them, read without guessing.

A guide's words (limits, fees, counts, necessity, procedures) become typed values or are refused with a
problem that says what to do; a whole guide becomes the draft of a life event for an editor to finish. All but
`folder` is pure: bytes, values and a catalogue in; values, texts and findings out.

* `readings`   what reading a value gives
* `words`      the surface of a text: full-width signs, HTML remnants, placeholders, laws it cites
* `numerals`   numbers, Western and Chinese
* `limits`     how long something may take
* `terms`      fees, counts, necessity, sources; `procedures`: what stops the clock
* `files`      bytes of any known shape → a guide as JSON
* `guide`      the JSON of a guide → typed parts
* `matching`   names of a guide → things of the catalogue, with the degree of the match
* `desk`, `papers`, `acts`, `drafts`, `sheets`: typed parts and matches → YAML files for an editor
* `importing`  all of it for one file; `folder` writes the result
"""
