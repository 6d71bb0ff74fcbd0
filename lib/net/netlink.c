#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct rtmsg route;
		struct ifaddrmsg address;
		struct fib_rule_hdr rule;
	} body;
	char attributes[128];
};

int netlink_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

static void put_u32(struct request *r, unsigned short type, uint32_t value)
{
	struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));
	a->rta_type = type;
	a->rta_len = RTA_LENGTH(sizeof value);
	memcpy(RTA_DATA(a), &value, sizeof value);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + RTA_LENGTH(sizeof value);
}

static int ask(int fd, struct request *r)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	r->head.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (send(fd, r, r->head.nlmsg_len, 0) < 0)
		return errno;
	if (recv(fd, &answer, sizeof answer, 0) < (ssize_t)NLMSG_LENGTH(sizeof answer.error))
		return errno ? errno : EPROTO;
	return answer.head.nlmsg_type == NLMSG_ERROR ? -answer.error.error : EPROTO;
}

int netlink_link_up(int fd, unsigned index, unsigned mtu)
{
	struct request r = { 0 };
	r.head.nlmsg_len = NLMSG_LENGTH(sizeof r.body.link);
	r.head.nlmsg_type = RTM_NEWLINK;
	r.body.link.ifi_family = AF_UNSPEC;
	r.body.link.ifi_index = (int)index;
	r.body.link.ifi_flags = r.body.link.ifi_change = IFF_UP;
	put_u32(&r, IFLA_MTU, mtu);
	return ask(fd, &r);
}

static void address_request(
	struct request *r, bool add, unsigned index, const struct netlink_route *own)
{
	*r = (struct request){ 0 };
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->body.address);
	r->head.nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR;
	r->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE : 0);
	r->body.address.ifa_family = AF_INET;
	r->body.address.ifa_prefixlen = (unsigned char)cm_mask_bits(own->to.mask);
	r->body.address.ifa_index = index;
	put_u32(r, IFA_LOCAL, htonl(own->to.address));
	put_u32(r, IFA_ADDRESS, htonl(own->to.address));
}

/* Packets of this machine are those that come from its loopback device. */
static void put_own(struct request *r)
{
	static const char device[sizeof(uint32_t)] = "lo";
	uint32_t value;
	memcpy(&value, device, sizeof value);
	put_u32(r, FRA_IIFNAME, value);
}

static void rule_request(
	struct request *r, bool add, unsigned index, const struct netlink_route *rule)
{
	(void)index;
	*r = (struct request){ 0 };
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->body.rule);
	r->head.nlmsg_type = add ? RTM_NEWRULE : RTM_DELRULE;
	r->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	r->body.rule.family = AF_INET;
	r->body.rule.action = FR_ACT_TO_TBL;
	r->body.rule.dst_len = (unsigned char)cm_mask_bits(rule->to.mask);
	r->body.rule.src_len = (unsigned char)cm_mask_bits(rule->from.mask);
	put_u32(r, FRA_PRIORITY, rule->priority);
	put_u32(r, FRA_TABLE, rule->table ? rule->table : RT_TABLE_MAIN);
	if (rule->to.mask)
		put_u32(r, FRA_DST, htonl(rule->to.address));
	if (rule->from.mask)
		put_u32(r, FRA_SRC, htonl(rule->from.address));
	if (rule->mark)
		put_u32(r, FRA_FWMARK, rule->mark);
	if (rule->own)
		put_own(r);
	if (rule->no_default)
		put_u32(r, FRA_SUPPRESS_PREFIXLEN, 0);
}

static void route_request(
	struct request *r, bool add, unsigned index, const struct netlink_route *route)
{
	*r = (struct request){ 0 };
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->body.route);
	r->head.nlmsg_type = add ? RTM_NEWROUTE : RTM_DELROUTE;
	r->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE : 0);
	r->body.route.rtm_family = AF_INET;
	r->body.route.rtm_scope = RT_SCOPE_LINK;
	r->body.route.rtm_type = RTN_UNICAST;
	r->body.route.rtm_protocol = RTPROT_STATIC;
	r->body.route.rtm_dst_len = (unsigned char)cm_mask_bits(route->to.mask);
	put_u32(r, RTA_TABLE, route->table ? route->table : RT_TABLE_MAIN);
	if (route->to.mask)
		put_u32(r, RTA_DST, htonl(route->to.address & route->to.mask));
	put_u32(r, RTA_OIF, index);
	if (add && route->source)
		put_u32(r, RTA_PREFSRC, htonl(route->source));
}

static void make_request(
	struct request *r, bool add, unsigned index, const struct netlink_route *what)
{
	static void (*const makers[])(
		struct request *, bool, unsigned, const struct netlink_route *) = {
		[ROUTING_ADDRESS] = address_request,
		[ROUTING_ROUTE] = route_request,
		[ROUTING_RULE] = rule_request,
	};
	makers[what->kind](r, add, index, what);
}

/* The answers come in the order of the requests, some in a datagram; their numbers tell which. */
static bool take_answers(int fd, struct netlink_route *routes, size_t n)
{
	_Alignas(struct nlmsghdr) char room[8192];
	for (size_t answered = 0; answered < n;) {
		ssize_t got = recv(fd, room, sizeof room, 0);
		if (got <= 0)
			return false;
		for (size_t at = 0; at + NLMSG_LENGTH(sizeof(struct nlmsgerr)) <= (size_t)got;) {
			struct nlmsghdr head;
			struct nlmsgerr error;
			memcpy(&head, room + at, sizeof head);
			memcpy(&error, room + at + NLMSG_HDRLEN, sizeof error);
			if (head.nlmsg_type != NLMSG_ERROR || head.nlmsg_seq >= n)
				return false;
			routes[head.nlmsg_seq].error = -error.error;
			answered++;
			at += NLMSG_ALIGN(head.nlmsg_len);
		}
	}
	return true;
}

bool netlink_routes(int fd, bool add, unsigned index, struct netlink_route *routes, size_t n)
{
	enum { AT_ONCE = 64 };
	struct request all[AT_ONCE];
	struct iovec parts[AT_ONCE];
	for (size_t done = 0; done < n;) {
		size_t k = n - done < AT_ONCE ? n - done : AT_ONCE;
		for (size_t i = 0; i < k; i++) {
			make_request(&all[i], add, index, &routes[done + i]);
			all[i].head.nlmsg_seq = (uint32_t)i;
			parts[i] = (struct iovec){ &all[i], NLMSG_ALIGN(all[i].head.nlmsg_len) };
		}
		if (writev(fd, parts, (int)k) < 0 || !take_answers(fd, routes + done, k))
			return false;
		done += k;
	}
	return true;
}

static size_t count_addresses(const struct ifaddrs *all)
{
	size_t n = 0;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		n++;
	return n;
}

static unsigned mtu_of(int fd, const char *device)
{
	struct ifreq request = { 0 };
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
	return fd >= 0 && ioctl(fd, SIOCGIFMTU, &request) == 0 ? (unsigned)request.ifr_mtu : 0;
}

struct netlink_address *netlink_addresses(size_t *n)
{
	struct ifaddrs *all = NULL;
	*n = 0;
	if (getifaddrs(&all) != 0)
		return NULL;
	struct netlink_address *own = calloc(count_addresses(all) + 1, sizeof *own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (const struct ifaddrs *i = all; own && i; i = i->ifa_next) {
		struct sockaddr_in in;
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&in, i->ifa_addr, sizeof in);
		own[*n].address = ntohl(in.sin_addr.s_addr);
		snprintf(own[*n].device, sizeof own[*n].device, "%s", i->ifa_name);
		own[*n].mtu = mtu_of(fd, own[*n].device);
		++*n;
	}
	if (fd >= 0)
		close(fd);
	freeifaddrs(all);
	return own;
}

/* A connected UDP socket knows its source without a packet being sent. */
uint32_t netlink_source_for(uint32_t peer)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(500) }, own;
	socklen_t length = sizeof own;
	uint32_t found = 0;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(peer);
	if (fd < 0)
		return 0;
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
		getsockname(fd, (struct sockaddr *)&own, &length) == 0)
		found = ntohl(own.sin_addr.s_addr);
	close(fd);
	return found;
}
