#!/bin/sh
# The JSON of a model obeys its published schema: of all examples, and of every statement that a
# model test holds (the texts of a file of cases make one long configuration).
build=$1
cd "$2" || exit 2
work=$build/schema.work
mkdir -p "$work"
rm -f "$work"/*
for config in examples/*.cfg; do
  "$build/bin/cryptomap" show --json "$config" >"$work/$(basename "$config").json" || exit 1
done
for cases in tests/model/*.case; do
  awk '/^== /{text=1;next} /^--$/{text=0} text' "$cases" >"$work/text.cfg"
  "$build/bin/cryptomap" show --json "$work/text.cfg" >"$work/$(basename "$cases").json"
done
python3 - include/cryptomap/model.schema.json "$work"/*.json <<'PYTHON'
import json, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
bad = 0
for name in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(name))):
        print(name, list(error.absolute_path), error.message[:300])
        bad += 1
sys.exit(bad > 0 or len(sys.argv) < 12)
PYTHON
