/*
 * Both wings together: a configuration becomes tunnels, the tunnels are mirrored, and the two ends
 * bring a tunnel up in memory. The rows of the fact tables are compared by address, so this works
 * only if both libraries see the same tables.
 */
#include <stdio.h>
#include <string.h>

#include <cryptomap/document.h>
#include <cryptomap/ike.h>

static const char router[] =
	"crypto isakmp policy 10\n encr 3des\n authentication pre-share\n group 2\n"
	"crypto isakmp key a-long-shared-word address 192.0.2.2\n"
	"crypto ipsec transform-set SET esp-3des esp-sha-hmac\n"
	"crypto map MAP 10 ipsec-isakmp\n"
	" set peer 192.0.2.2\n set transform-set SET\n match address LIST\n"
	"interface Ethernet0\n ip address 192.0.2.1 255.255.255.0\n crypto map MAP\n"
	"ip access-list extended LIST\n permit ip 10.0.1.0 0.0.0.255 10.0.2.0 0.0.0.255\n";

/* Carry what one engine says to the other; gives how many SAs came up. */
static int carry(struct cm_ike *from, struct cm_ike *to, int64_t now)
{
	int up = 0;
	struct cm_ike_output out;
	while (cm_ike_next(from, &out)) {
		if (out.kind == CM_IKE_SEND)
			cm_ike_input(to, now, out.is.send.from, out.is.send.to, out.is.send.at,
				out.is.send.length);
		up += out.kind == CM_IKE_SA_UP;
	}
	return up;
}

int main(void)
{
	size_t n = 0;
	int64_t now = 1000;
	int up = 0;
	struct cm_document *document = cm_document_read("router", router, sizeof router - 1, NULL);
	struct cm_tunnels *tunnels = cm_tunnels_of_model(cm_document_model(document, 0));
	const struct cm_tunnel *near = cm_tunnels_list(tunnels, &n);
	const struct cm_tunnel *far = n == 1 ? cm_mirror(tunnels, near, 0) : NULL;
	if (!far)
		return 1;
	struct cm_ike *ours = cm_ike_new(near, 1, NULL, NULL);
	struct cm_ike *theirs = cm_ike_new(far, 1, NULL, NULL);
	cm_ike_want(ours, now, near, &near->selectors[0]);
	for (int turn = 0; turn < 20; turn++) {
		now += 10;
		up += carry(ours, theirs, now);
		up += carry(theirs, ours, now);
	}
	printf("%d SAs are up\n", up);
	cm_ike_free(ours);
	cm_ike_free(theirs);
	cm_tunnels_free(tunnels);
	cm_document_free(document);
	return up == 4 ? 0 : 1;
}
