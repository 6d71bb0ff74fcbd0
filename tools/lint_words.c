#include "lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool words_add(struct words *words, const char *word)
{
	/* Room grows at powers of two. */
	if ((words->n & (words->n - 1)) == 0) {
		size_t room = words->n ? words->n * 2 : 1;
		char **grown = realloc(words->at, room * sizeof *grown);
		if (!grown)
			goto failed;
		words->at = grown;
	}
	words->at[words->n] = strdup(word);
	if (words->at[words->n]) {
		words->n++;
		return true;
	}
failed:
	fprintf(stderr, "cryptomap lint: out of memory\n");
	return false;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->at[i]);
	free(words->at);
	*words = (struct words){ 0 };
}
