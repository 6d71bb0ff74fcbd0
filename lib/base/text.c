#include <cryptomap/base.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_grow(struct cm_text *t, size_t more)
{
	if (t->failed)
		return false;
	if (t->room - t->length > more)
		return true;
	size_t room = t->room ? t->room : 256;
	while (room - t->length <= more && room < SIZE_MAX / 2)
		room *= 2;
	char *grown = room - t->length > more ? realloc(t->at, room) : NULL;
	if (!grown) {
		t->failed = true;
		return false;
	}
	t->at = grown;
	t->room = room;
	return true;
}

void cm_text_add(struct cm_text *t, const char *at, size_t length)
{
	if (!text_grow(t, length))
		return;
	if (length)
		memcpy(t->at + t->length, at, length);
	t->length += length;
	t->at[t->length] = '\0';
}

void cm_text_str(struct cm_text *t, struct cm_str s)
{
	cm_text_add(t, s.at, s.length);
}

void cm_text_put(struct cm_text *t, const char *text)
{
	cm_text_add(t, text, strlen(text));
}

void cm_text_char(struct cm_text *t, char c)
{
	cm_text_add(t, &c, 1);
}

void cm_text_vprintf(struct cm_text *t, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length < 0)
		t->failed = true;
	else if (text_grow(t, (size_t)length)) {
		vsnprintf(t->at + t->length, (size_t)length + 1, format, again);
		t->length += (size_t)length;
	}
	va_end(again);
}

void cm_text_printf(struct cm_text *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	cm_text_vprintf(t, format, args);
	va_end(args);
}

void cm_text_free(struct cm_text *t)
{
	free(t->at);
	*t = (struct cm_text){ 0 };
}

void cm_text_wipe(struct cm_text *t)
{
	for (volatile char *c = t->at; c && c < t->at + t->room; c++)
		*c = 0;
	cm_text_free(t);
}
