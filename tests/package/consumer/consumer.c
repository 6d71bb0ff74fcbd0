#include <stdio.h>

#include <cryptomap/base.h>

int main(void)
{
	char out[16];
	uint32_t address;
	if (!cm_ip4_parse(cm_str_of("192.0.2.1"), &address))
		return 1;
	puts(cm_ip4_print(address, out));
	return 0;
}
