#include "lint.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input.h"

/* In a folder, what ends like this is a configuration. */
static const char *const endings[] = { ".cfg", ".conf", ".config", ".confg", ".ios", ".txt" };

static bool is_configuration(const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t ending = strlen(endings[i]);
		if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
			return true;
	}
	/* Routers save as NAME-confg. */
	return length > 6 && strcmp(name + length - 6, "-confg") == 0;
}

static bool complain(const char *path, const char *reason)
{
	fprintf(stderr, "cryptomap lint: %s: %s\n", path, reason);
	return false;
}

static bool add_folder(const char *folder, struct words *out);

static bool add_entry(const char *folder, const char *name, struct words *out)
{
	size_t length = strlen(folder) + strlen(name) + 2;
	char *path = malloc(length);
	if (!path)
		return complain(folder, "out of memory");
	/* CI systems know files by their path from the top: no "./" before it. */
	bool here = strcmp(folder, ".") == 0 || strcmp(folder, "./") == 0;
	bool slash = folder[strlen(folder) - 1] == '/';
	snprintf(path, length, "%s%s%s", here ? "" : folder, here || slash ? "" : "/", name);
	struct stat about;
	bool ok = true;
	/* Links to folders are not followed: they may lead in circles. */
	if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode))
		ok = add_folder(path, out);
	else if (is_configuration(name) && stat(path, &about) == 0 && S_ISREG(about.st_mode))
		ok = words_add(out, path);
	free(path);
	return ok;
}

static bool add_folder(const char *folder, struct words *out)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, alphasort);
	if (n < 0)
		return complain(folder, strerror(errno));
	bool ok = true;
	for (int i = 0; i < n; i++) {
		/* Hidden folders (.git) hold no configurations; "." and ".." begin so, too. */
		if (ok && entries[i]->d_name[0] != '.')
			ok = add_entry(folder, entries[i]->d_name, out);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

static bool add_pattern(const char *pattern, struct words *out)
{
	glob_t found;
	int failed = glob(pattern, GLOB_MARK, NULL, &found);
	if (failed)
		return complain(pattern, failed == GLOB_NOMATCH ? "matches no file" : "unreadable");
	bool ok = true;
	for (size_t i = 0; ok && i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		bool folder = path[strlen(path) - 1] == '/';
		ok = folder ? add_folder(path, out) : words_add(out, path);
	}
	globfree(&found);
	return ok;
}

bool lint_files(char *const *operands, size_t n, struct words *out)
{
	for (size_t i = 0; i < n; i++) {
		struct stat about;
		bool there = stat(operands[i], &about) == 0;
		bool ok;
		if (input_is_stdin(operands[i]) || (there && !S_ISDIR(about.st_mode)))
			ok = words_add(out, operands[i]);
		else if (there)
			ok = add_folder(operands[i], out);
		else if (strpbrk(operands[i], "*?["))
			ok = add_pattern(operands[i], out);
		else
			ok = complain(operands[i], strerror(errno));
		if (!ok)
			return false;
	}
	return true;
}
