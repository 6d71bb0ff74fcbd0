#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct rtmsg route;
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

static void route_request(struct request *r, struct cm_net to, unsigned index)
{
	*r = (struct request){ 0 };
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->body.route);
	r->body.route.rtm_family = AF_INET;
	r->body.route.rtm_table = RT_TABLE_MAIN;
	r->body.route.rtm_scope = RT_SCOPE_LINK;
	r->body.route.rtm_type = RTN_UNICAST;
	r->body.route.rtm_dst_len = (unsigned char)cm_mask_bits(to.mask);
	put_u32(r, RTA_DST, htonl(to.address & to.mask));
	put_u32(r, RTA_OIF, index);
}

int netlink_route_add(int fd, struct cm_net to, unsigned index, uint32_t source)
{
	struct request r;
	route_request(&r, to, index);
	r.head.nlmsg_type = RTM_NEWROUTE;
	r.head.nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
	r.body.route.rtm_protocol = RTPROT_STATIC;
	if (source)
		put_u32(&r, RTA_PREFSRC, htonl(source));
	return ask(fd, &r);
}

int netlink_route_del(int fd, struct cm_net to, unsigned index)
{
	struct request r;
	route_request(&r, to, index);
	r.head.nlmsg_type = RTM_DELROUTE;
	return ask(fd, &r);
}

static uint32_t address_of(const struct ifaddrs *i)
{
	struct sockaddr_in in;
	if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
		return 0;
	memcpy(&in, i->ifa_addr, sizeof in);
	return ntohl(in.sin_addr.s_addr);
}

uint32_t netlink_own_address_in(struct cm_net net)
{
	struct ifaddrs *all;
	uint32_t found = 0;
	if (getifaddrs(&all) != 0)
		return 0;
	for (struct ifaddrs *i = all; i && !found; i = i->ifa_next)
		if (address_of(i) && cm_net_has(net, address_of(i)))
			found = address_of(i);
	freeifaddrs(all);
	return found;
}

uint32_t netlink_device_address(const char *device)
{
	struct ifaddrs *all;
	uint32_t found = 0;
	if (getifaddrs(&all) != 0)
		return 0;
	for (struct ifaddrs *i = all; i && !found; i = i->ifa_next)
		if (strcmp(i->ifa_name, device) == 0)
			found = address_of(i);
	freeifaddrs(all);
	return found;
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
