#!/bin/sh
# Every source is as clang-format leaves it; tables that read better by hand say so themselves.
# One version decides, as each formats a little differently.
cd "$2" || exit 2
find lib include tools tests examples -name '*.[ch]' -exec clang-format-14 --dry-run -Werror {} +
