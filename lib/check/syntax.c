/*
 * What the reader says: rows only.
 */
#include "check/check.h"
#include "check/examples.h"

/* clang-format off */
static const struct rule rules[] = {
	{ .about = { .id = "invalid-input",
		  .severity = CM_ERROR,
		  .title = "A line that the router refuses",
		  .why = "The router prints this message and goes on without the line: what it was "
			 "to say is missing from the running configuration.",
		  .source = "Cisco IOS: % Invalid input detected at '^' marker.",
		  .fix = "Write one of the words that are accepted at that place.",
		  .fires = "crypto isakmp policy 10\n encryptoin aes\n",
		  .silent = EX_POLICY } },
	{ .about = { .id = "incomplete-command",
		  .severity = CM_ERROR,
		  .title = "A line that ends too early",
		  .why = "The router refuses the line; what it was to say is missing.",
		  .source = "Cisco IOS: % Incomplete command.",
		  .fix = "Add what is accepted at the end of the line.",
		  .fires = "crypto isakmp policy 10\n encryption\n",
		  .silent = EX_POLICY } },
	{ .about = { .id = "ambiguous-command",
		  .severity = CM_ERROR,
		  .title = "An abbreviation that means several words",
		  .why = "The router refuses the line. An abbreviation that was enough in one release "
			 "may be ambiguous in the next.",
		  .source = "Cisco IOS: % Ambiguous command",
		  .fix = "Write the whole word.",
		  .fires = "crypto isakmp k Wq7-rT2m-Lx9v-Zb4k address 203.0.113.1\n",
		  .silent = EX_KEY } },
	{ .about = { .id = "not-a-command",
		  .severity = CM_WARNING,
		  .title = "Prose between the commands",
		  .why = "Text that was copied along with a configuration is refused line by line when "
			 "it is pasted, and may hide that a command is missing.",
		  .source = "Cisco IOS: % Invalid input detected",
		  .fix = "Remove it, or begin it with an exclamation mark.",
		  .fires = "hostname branch\nHere we define the policies that this router will accept.\n",
		  .silent = "hostname branch\n! Here we define the policies.\n" } },
	{ .about = { .id = "not-a-comment",
		  .severity = CM_INFO,
		  .title = "A comment in another language's form",
		  .why = "Comments begin with an exclamation mark. The router tries to read anything else "
			 "as a command.",
		  .source = "Cisco IOS configuration fundamentals",
		  .fix = "Begin it with an exclamation mark.",
		  .fires = "# the branch\nhostname branch\n",
		  .silent = "! the branch\nhostname branch\n" } },
	{ .about = { .id = "banner-open",
		  .severity = CM_WARNING,
		  .title = "A banner that never ends",
		  .why = "Everything up to the delimiter is text of the banner: the commands below are "
			 "not read.",
		  .source = "Cisco IOS: Enter TEXT message. End with the character …",
		  .fix = "End the banner with the character it began with.",
		  .fires = "banner motd #\nAuthorised users only\nhostname branch\n",
		  .silent = "banner motd #\nAuthorised users only\n#\nhostname branch\n" } },
	{ .about = { .id = "another-router",
		  .severity = CM_INFO,
		  .title = "Another router begins in the middle of the text",
		  .why = "A second version, or a prompt with another name, shows that several listings were "
			 "put into one text. They are judged each for itself, and as a pair.",
		  .source = "Cisco IOS: `show running-config` prints the version once; the prompt begins with "
			    "the host name",
		  .fix = "Nothing, or a file for each router.",
		  .fires = "version 12.3\ninterface FastEthernet0/0\nend\nversion 15.2\n",
		  .silent = "version 12.3\nhostname a\nend\nversion 12.3\nhostname a\nend\n" } },
	{ .about = { .id = "not-ios",
		  .severity = CM_ERROR,
		  .title = "The text is another system's configuration",
		  .why = "ASA, NX-OS, IOS XR and others look alike and mean something else; nothing of "
			 "the text was judged.",
		  .source = "Statements that only the other system has",
		  .fix = "Check configurations of Cisco IOS and IOS XE.",
		  .fires = "ASA Version 9.1(2)\n!\nhostname fw\nnames\ninterface Ethernet0/0\n"
			   " nameif outside\n security-level 0\n",
		  .silent = "hostname branch\n" } },
	{ .about = { .id = "text-too-long",
		  .severity = CM_ERROR,
		  .title = "The text is longer than 2 GiB",
		  .why = "Nothing of it was read.",
		  .source = "Offsets in a text are 31 bits wide",
		  .fix = "Split the text by router.",
		  .by_size = true,
		  .fires = "hostname branch\n",
		  .silent = "hostname branch\n" } },
	{ .about = { .id = "too-many-findings",
		  .severity = CM_INFO,
		  .title = "More lines are wrong than are shown",
		  .why = "A text with very many refused lines is probably no configuration of a router.",
		  .source = "The reader stops telling after 1000 lines",
		  .fix = "Correct the first ones, or check the right file.",
		  .by_size = true,
		  .fires = "crypto isakmp policy 10\n encryptoin aes\n",
		  .silent = "crypto isakmp policy 10\n encryptoin aes\n" } },
};
/* clang-format on */

const struct family family_syntax = { "syntax", rules, sizeof rules / sizeof *rules };
