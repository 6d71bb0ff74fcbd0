#!/bin/sh
# Install what is missing, build preset dev (ASan, UBSan, warnings are errors), run every test.
# The last line is the count; the exit code is 0 only if every test ran and passed.
# Arguments go to ctest: `sh tests/run.sh -R guard`.
set -u
cd "$(dirname "$0")/.." || exit 2

sh tests/install.sh test || exit 2

log=build/dev.log
mkdir -p build
echo "building into build/dev"
if ! { cmake --preset dev && cmake --build --preset dev; } >"$log" 2>&1 </dev/null; then
  tail -n 100 "$log"
  echo "the build failed; the whole log is in $log"
  echo "0 passed, 1 failed"
  exit 1
fi

report=build/dev/report.xml
rm -f "$report"
ctest --preset dev -j2 --output-junit "$PWD/$report" "$@" </dev/null
status=$?

# A test that was skipped, disabled or never started has not passed.
attribute() {
  sed -n "1,10s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$report" 2>/dev/null | head -n 1
}
total=$(attribute tests)
failures=$(attribute failures)
skipped=$(attribute skipped)
disabled=$(attribute disabled)
not_run=$((${skipped:-0} + ${disabled:-0}))
passed=$((${total:-0} - ${failures:-0} - not_run))
failed=${failures:-0}
if [ "$not_run" -gt 0 ]; then
  echo "$not_run tests did not run"
  if [ "${CI:-}" = true ]; then
    failed=$((failed + not_run))
  fi
fi
if [ "$passed" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && [ "$not_run" -eq 0 ]; }; then
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
