/*
 * Loaded into User-Mode Linux (LD_PRELOAD), which aborts on processors whose register state has
 * grown past what it foresaw (AMX): "ptrace set fp regs failed, errno = 14". Its buffer holds only
 * the head of the state; the kernel reads that much but takes back nothing less than the whole.
 * So the tail that it never saw is filled in from the process itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif

typedef long ptrace_call(int request, pid_t pid, void *address, void *data);

long ptrace(enum __ptrace_request request, ...)
{
	static ptrace_call *next;
	static uint8_t whole[1 << 16];
	va_list arguments;
	va_start(arguments, request);
	pid_t pid = va_arg(arguments, pid_t);
	void *address = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);
	if (!next)
		next = (ptrace_call *)dlsym(RTLD_NEXT, "ptrace");
	struct iovec full = { whole, sizeof whole };
	const struct iovec *head = data;
	if (request != PTRACE_SETREGSET || (uintptr_t)address != NT_X86_XSTATE ||
		next(PTRACE_GETREGSET, pid, address, &full) != 0 || head->iov_len >= full.iov_len)
		return next((int)request, pid, address, data);
	memcpy(whole, head->iov_base, head->iov_len);
	return next(PTRACE_SETREGSET, pid, address, &full);
}
