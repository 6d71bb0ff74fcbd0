#include "net/keeper.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum keeper_work { KEEPER_ADD, KEEPER_DELETE, KEEPER_MTU };

enum { AT_ONCE = 64 };

struct request {
	enum keeper_work work;
	unsigned mtu;
	size_t n;
	struct netlink_route routes[AT_ONCE];
};

struct answer {
	int error; /* of all */
	int errors[AT_ONCE];
};

/* --- Capabilities --------------------------------------------------------------------------------- */

static bool leave_no_core(void)
{
	const struct rlimit none = { 0, 0 };
	return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

bool keeper_drop(uint64_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2], now[2];
	if (syscall(SYS_capget, &head, now) != 0)
		return false;
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(keep >> cap & 1))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); /* only who has CAP_SETPCAP can */
	for (int i = 0; i < 2; i++) {
		uint32_t mask = (uint32_t)(keep >> (32 * i)) & now[i].permitted;
		data[i].effective = data[i].permitted = mask;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &head, data) == 0 &&
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && leave_no_core();
}

/* --- The keeper's own life ------------------------------------------------------------------------ */

static struct answer do_request(int netlink, unsigned index, struct request *r)
{
	struct answer answer = { 0 };
	bool is_sound = r->n <= AT_ONCE;
	for (size_t i = 0; is_sound && i < r->n; i++)
		is_sound = r->routes[i].kind <= ROUTING_RULE;
	if (!is_sound)
		answer.error = EINVAL;
	else if (r->work == KEEPER_MTU)
		answer.error = netlink_link_up(netlink, index, r->mtu);
	else if (!netlink_routes(netlink, r->work == KEEPER_ADD, index, r->routes, r->n))
		answer.error = EIO;
	for (size_t i = 0; !answer.error && i < r->n; i++)
		answer.errors[i] = r->routes[i].error;
	return answer;
}

static void ignore_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		signal(numbers[i], SIG_IGN);
}

_Noreturn static void keep(int fd, unsigned index)
{
	struct request r;
	ignore_signals();
	prctl(PR_SET_NAME, "cryptomap-route", 0, 0, 0);
	int netlink = netlink_open();
	if (netlink < 0 || !keeper_drop(UINT64_C(1) << CAP_NET_ADMIN))
		_exit(1);
	while (recv(fd, &r, sizeof r, MSG_WAITALL) == sizeof r) {
		struct answer answer = do_request(netlink, index, &r);
		if (send(fd, &answer, sizeof answer, 0) != sizeof answer)
			break;
	}
	_exit(0);
}

bool keeper_start(struct keeper *k, unsigned index)
{
	int ends[2];
	k->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	k->pid = fork();
	if (k->pid == 0) {
		/* Nothing else of what is open is its business: the TUN device would outlive us. */
		if (dup2(ends[1], STDERR_FILENO + 1) < 0)
			_exit(1);
		syscall(SYS_close_range, STDERR_FILENO + 2, ~0u, 0);
		keep(STDERR_FILENO + 1, index);
	}
	close(ends[1]);
	if (k->pid < 0) {
		close(ends[0]);
		return false;
	}
	k->fd = ends[0];
	return true;
}

void keeper_stop(struct keeper *k)
{
	if (k->fd < 0)
		return;
	close(k->fd);
	waitpid(k->pid, NULL, 0);
	k->fd = -1;
}

/* --- Asking --------------------------------------------------------------------------------------- */

static bool ask(struct keeper *k, const struct request *r, struct answer *answer)
{
	return send(k->fd, r, sizeof *r, MSG_NOSIGNAL) == sizeof *r &&
		recv(k->fd, answer, sizeof *answer, MSG_WAITALL) == sizeof *answer;
}

int keeper_link_up(struct keeper *k, unsigned mtu)
{
	const struct request r = { .work = KEEPER_MTU, .mtu = mtu };
	struct answer answer;
	return ask(k, &r, &answer) ? answer.error : EPIPE;
}

bool keeper_routes(struct keeper *k, bool add, struct netlink_route *routes, size_t n)
{
	for (size_t done = 0; done < n;) {
		struct request r = { .work = add ? KEEPER_ADD : KEEPER_DELETE,
			.n = n - done < AT_ONCE ? n - done : AT_ONCE };
		struct answer answer;
		memcpy(r.routes, routes + done, r.n * sizeof *routes);
		if (!ask(k, &r, &answer) || answer.error)
			return false;
		for (size_t i = 0; i < r.n; i++)
			routes[done + i].error = answer.errors[i];
		done += r.n;
	}
	return true;
}
