// A certificate for `localhost` that the mail server of the tests shows, signed by itself (openssl ca -selfsign). It guards
// nothing, and is good from the year 2020 to the year 2120: clocks of machines that run tests may be anything.

export const mailCertificate = `-----BEGIN CERTIFICATE-----
MIIBeTCCASCgAwIBAgIUGZBdezDdrZsqA8Xkxr/CBxau+JAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASfSJc8v7OqWsKImxC2DJWYHc7Eq7/tppDQcCv6qgCDbRUZK8vk0WNF
hlfNBZIHUUSdbNZo6V83ylrv7dF+eE7Fo04wTDAdBgNVHQ4EFgQU9m4Ob0+aaY/A
gz+4zlvgGxLrqPgwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhv
c3SHBH8AAAEwCgYIKoZIzj0EAwIDRwAwRAIgciK91/8lxLUeDJ9aOUwvgRnhKgQY
pO4cCTHeUZMJ01sCIE1u8JvRzBnKRHqo/W+VEsVigLXwuIxyuTczYOM3CuP3
-----END CERTIFICATE-----
`

export const mailCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmFVUscpXsHrO7kgp
yLFK1qr0BC6Y6U+GHwCBa5Be9tqhRANCAASfSJc8v7OqWsKImxC2DJWYHc7Eq7/t
ppDQcCv6qgCDbRUZK8vk0WNFhlfNBZIHUUSdbNZo6V83ylrv7dF+eE7F
-----END PRIVATE KEY-----
`
