/*
 * Facts: one row, one algorithm; each column is one neighbour's word for it.
 *
 * Rows are static, immutable and unique: everybody keeps pointers to rows, and two algorithms are
 * the same when the pointers are. A NULL word or a zero number means that this neighbour does not
 * know the algorithm. Key sizes are part of a row: aes 128, 192 and 256 are three rows.
 */
#ifndef CRYPTOMAP_FACTS_H
#define CRYPTOMAP_FACTS_H

#include <cryptomap/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How strong the algorithm is held to be, worst first. */
enum cm_strength { CM_BROKEN, CM_WEAK, CM_LEGACY, CM_ACCEPTABLE, CM_STRONG };

struct cm_judgement {
	enum cm_strength strength;
	uint16_t year;      /* of the source */
	const char *source; /* "RFC 8247", "NIST SP 800-131A r2", … */
	bool shielded;      /* rejected by IOS XE from 17.11 on (compliance shield) */
	bool cnsa;          /* allowed by CNSA 1.0 (RFC 9206) */
};

struct cm_cipher {
	const char *name;      /* ours, stable: "3des", "aes-128", "aes-gcm-256", "null" */
	const char *isakmp;    /* policy words: "aes 256"; NULL: not in phase 1 */
	const char *transform; /* "esp-aes 256" */
	const char *ikev2;     /* "aes-cbc-256" */
	uint16_t ike_id;       /* RFC 2409 appendix A, class 1 */
	uint16_t esp_id;       /* RFC 2407 4.4.4 and the IANA registry behind it */
	uint16_t key_bits;     /* of the cipher key, parity bits in (DES: 64), without salt */
	bool key_length;       /* the wire carries a Key Length attribute */
	bool combined;         /* authenticates by itself (GCM, GMAC) */
	uint8_t block, iv, icv, salt; /* octets; icv and salt of combined modes only */
	const char *debug_ike;        /* "3DES-CBC" in `encryption …` */
	const char *debug_esp;        /* "ESP_3DES" in `transform 1, …` */
	const char *show;      /* "esp-256-aes": how `show` spells the transform; NULL: as typed */
	const char *swan;      /* strongSwan: "aes256", "aes256gcm16" */
	const char *linksys;   /* "3DES" */
	const char *libcrypto; /* EVP name: "DES-EDE3-CBC" */
	struct cm_judgement judgement;
	const char *since; /* release it came with: "15.1(2)T"; NULL: always */
};

struct cm_hash {
	const char *name;      /* "md5", "sha1", "sha256", … */
	const char *isakmp;    /* "sha" */
	const char *esp, *ah;  /* "esp-sha-hmac", "ah-sha-hmac" */
	const char *ikev2;     /* "sha1" */
	uint16_t ike_id;       /* RFC 2409 appendix A, class 2 */
	uint16_t auth_id;      /* RFC 2407 4.5, Authentication Algorithm */
	uint16_t ah_id;        /* RFC 2407 4.4.3 */
	uint8_t size, icv;     /* octets of the hash, and of the truncated ICV (RFC 2404, 4868) */
	const char *debug_ike; /* "SHA" */
	const char *debug_esp; /* "HMAC-SHA" */
	const char *swan;      /* "sha1" */
	const char *linksys;   /* "SHA" */
	const char *libcrypto; /* "SHA1" */
	struct cm_judgement judgement;
	const char *since;
};

struct cm_group {
	uint16_t number; /* IANA, the same for IKEv1 and IKEv2 */
	uint16_t bits;
	uint16_t public_size; /* octets of a KE payload's data */
	uint16_t secret_size; /* octets of g^xy (an elliptic curve: x only, RFC 5903 7) */
	bool elliptic;
	const char *name;      /* "modp1024" */
	const char *ios;       /* "2": policy word */
	const char *pfs;       /* "group2": word of `set pfs` */
	const char *show;      /* "#2 (1024 bit)" */
	const char *swan;      /* "modp1024" */
	const char *linksys;   /* "1024-bit" */
	const char *libcrypto; /* "prime256v1", "modp_2048"; NULL: made from its prime */
	struct cm_judgement judgement;
	const char *since;
};

struct cm_auth {
	const char *name;    /* "pre-share": policy word too */
	uint16_t ike_id;     /* RFC 2409 appendix A, class 3 */
	const char *debug;   /* "pre-share", "RSA sig" */
	const char *show;    /* "Pre-Shared Key" */
	const char *letters; /* "psk": show crypto isakmp sa detail; NULL: not known */
};

/* Whole tables, in order of strength within a family. */
CM_API const struct cm_cipher *cm_ciphers(size_t *n);
CM_API const struct cm_hash *cm_hashes(size_t *n);
CM_API const struct cm_group *cm_groups(size_t *n);
CM_API const struct cm_auth *cm_auths(size_t *n);

/* Look up a row by one column; NULL when there is none. Key bits 0: the row has no attribute. */
CM_API const struct cm_cipher *cm_cipher_named(const char *name);
CM_API const struct cm_cipher *cm_cipher_of_ike(unsigned ike_id, unsigned key_bits);
CM_API const struct cm_cipher *cm_cipher_of_esp(unsigned esp_id, unsigned key_bits);
CM_API const struct cm_hash *cm_hash_named(const char *name);
CM_API const struct cm_hash *cm_hash_of_ike(unsigned ike_id);
CM_API const struct cm_hash *cm_hash_of_auth(unsigned auth_id);
CM_API const struct cm_hash *cm_hash_of_ah(unsigned ah_id);
CM_API const struct cm_group *cm_group_numbered(unsigned number);
CM_API const struct cm_auth *cm_auth_named(const char *name);
CM_API const struct cm_auth *cm_auth_of_ike(unsigned ike_id);

/* A release of IOS or IOS XE. */
struct cm_release {
	bool known, xe;
	uint16_t major, minor, maintenance; /* 12.4(20)T: 12, 4, 20; 17.3.1a: 17, 3, 1 */
	char train;                         /* 'T', 'S', 'M' …; 0: mainline */
};
/* Read "12.3", "12.3(6)", "12.4(20)T", "15.2(4)M7", "17.3", "17.11.1a". known=false if not. */
CM_API struct cm_release cm_release_parse(struct cm_str);
/* <0, 0, >0. T trains come after their mainline of the same maintenance. Both known. */
CM_API int cm_release_compare(struct cm_release, struct cm_release);
/* True: at or after `text`; unknown releases give `if_unknown`. */
CM_API bool cm_release_since(struct cm_release, const char *text, bool if_unknown);

/* --- names and numbers (IP protocols, ports, ICMP, IGMP, DSCP, precedence, TOS, IP options) --- */
enum cm_names {
	CM_NAMES_PROTOCOL,
	CM_NAMES_TCP_PORT,
	CM_NAMES_UDP_PORT,
	CM_NAMES_ICMP, /* number = type << 8 | code, code 0xff: any code */
	CM_NAMES_IGMP,
	CM_NAMES_DSCP,
	CM_NAMES_PRECEDENCE,
	CM_NAMES_TOS,
	CM_NAMES_OPTION,
	CM_NAMES_TCP_FLAG, /* number = the bit of the TCP header's flags octet */
};

struct cm_name {
	const char *word;
	uint16_t number;
	bool canonical; /* IOS prints this word for the number (only one does) */
};

CM_API const struct cm_name *cm_names(enum cm_names, size_t *n);
/* Exact word, case ignored; else the only word it is a prefix of. NULL; *ambiguous may be NULL. */
CM_API const struct cm_name *cm_name_find(enum cm_names, struct cm_str, bool *ambiguous);
/* The word IOS prints for a number, NULL when it prints the number. */
CM_API const char *cm_name_word(enum cm_names, unsigned number);
/* The nearest of the words by edit distance, NULL if none is near (for "did you mean"). */
CM_API const char *cm_nearest(struct cm_str word, const char *const *words, size_t n);

/* --- What a transform adds to a packet (RFC 4303 2, RFC 4302 2, RFC 3948 2.1; IPv4 outside) ------ */

/* How packets are wrapped. NULL rows are absent; without `cipher` there is no ESP. */
struct cm_wrapping {
	const struct cm_cipher *cipher; /* ESP; the row "null" for esp-null */
	const struct cm_hash *hash;     /* ICV of ESP; NULL with combined ciphers */
	const struct cm_hash *ah;
	bool transport; /* the packet's own IPv4 header (20 octets) stays outside */
	bool udp;       /* ESP in UDP: 8 octets more */
};
/* Octets on the wire, outer IPv4 header included, of an inner IPv4 packet of `inner` octets. */
CM_API size_t cm_overhead(const struct cm_wrapping *, size_t inner);
/* The largest inner packet whose outer packet fits into `mtu` octets; 0 when none does. */
CM_API size_t cm_overhead_inner(const struct cm_wrapping *, size_t mtu);
/* Octets of an AH header with this hash in IPv4: its ICV filled up to whole 32-bit words. */
CM_API size_t cm_overhead_ah(const struct cm_hash *);
/* What ESP fills a payload and its two octets of trailer up to: 4 octets or a block of the cipher. */
CM_API size_t cm_overhead_alignment(const struct cm_cipher *);

/* --- algorithm words as a user types them ---------------------------------------------------- */

/* The places of a configuration where an algorithm is named. */
enum cm_words {
	CM_WORDS_ENCRYPTION,       /* crypto isakmp policy: encryption */
	CM_WORDS_HASH,             /* hash */
	CM_WORDS_AUTHENTICATION,   /* authentication */
	CM_WORDS_GROUP,            /* group */
	CM_WORDS_KEY_BITS,         /* after aes, esp-aes, esp-gcm, esp-gmac */
	CM_WORDS_TRANSFORM,        /* crypto ipsec transform-set T … */
	CM_WORDS_PFS,              /* set pfs */
	CM_WORDS_IKEV2_ENCRYPTION, /* crypto ikev2 proposal: encryption */
	CM_WORDS_IKEV2_INTEGRITY,  /* integrity, prf */
};

enum cm_match { CM_MATCH_WHOLE, CM_MATCH_PREFIX, CM_MATCH_NONE, CM_MATCH_AMBIGUOUS };

/*
 * The words accepted at a place, for completion and messages, in the order of the tables. Writes
 * at most `room` of them; gives how many there are.
 */
CM_API size_t cm_words(enum cm_words, const char **out, size_t room);
/* The nearest word accepted at a place, NULL if none is near. */
CM_API const char *cm_words_nearest(enum cm_words, struct cm_str typed);

/*
 * The row that a typed word means: whole words in any letter case, else a unique abbreviation;
 * a word that came with a later release does not make an older one's abbreviation ambiguous.
 * NULL with CM_MATCH_NONE or CM_MATCH_AMBIGUOUS in *match (which may be NULL).
 */
CM_API const struct cm_hash *cm_hash_typed(struct cm_str, enum cm_match *match);
CM_API const struct cm_auth *cm_auth_typed(struct cm_str, enum cm_match *match);
CM_API const struct cm_group *cm_group_typed(struct cm_str, enum cm_match *match);
CM_API const struct cm_group *cm_pfs_typed(struct cm_str, enum cm_match *match); /* "group14" */
CM_API const struct cm_cipher *cm_ikev2_cipher_typed(struct cm_str, enum cm_match *match);
CM_API const struct cm_hash *cm_ikev2_hash_typed(struct cm_str, enum cm_match *match);
/*
 * The same for `encryption WORD [BITS]`; `bits` may be absent (128 where there is a choice). A
 * wrong size gives NULL, CM_MATCH_NONE and the word's row of 128 bits in *word_row (may be NULL).
 */
CM_API const struct cm_cipher *cm_cipher_typed(struct cm_str word, struct cm_str bits,
	enum cm_match *match, const struct cm_cipher **word_row);

/* One transform of a transform-set. One member is set; none: compression. */
struct cm_transform {
	const struct cm_hash *ah;
	const struct cm_cipher *cipher;
	const struct cm_hash *hash;
	bool compress;
};
/* True when `word` may be followed by a key size. */
CM_API bool cm_transform_takes_bits(struct cm_str word);
CM_API bool cm_transform_typed(
	struct cm_str word, struct cm_str bits, struct cm_transform *, enum cm_match *match);

#ifdef __cplusplus
}
#endif
#endif
