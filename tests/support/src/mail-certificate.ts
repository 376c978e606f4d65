// A certificate for `localhost` that the mail server of the tests shows, signed by itself. It guards nothing, and is good
// until the year 2126: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
// -subj /CN=localhost -addext "subjectAltName=DNS:localhost,IP:127.0.0.1"

export const mailCertificate = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUPUTmea9pENZL/lu16FlovwdsQCAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzAzMzgzNFoYDzIxMjYxMTAz
MDMzODM0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASfSJc8v7OqWsKImxC2DJWYHc7Eq7/tppDQcCv6qgCDbRUZK8vk0WNF
hlfNBZIHUUSdbNZo6V83ylrv7dF+eE7Fo28wbTAdBgNVHQ4EFgQU9m4Ob0+aaY/A
gz+4zlvgGxLrqPgwHwYDVR0jBBgwFoAU9m4Ob0+aaY/Agz+4zlvgGxLrqPgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJybG6vaKsgGdoeKsjiGXNRkuJ/ndYvyVg6FKB5GgEKJAiEA
00DnEc9/vnNNyny8mWFEwElYhOF2oWrrGo4V9G3IuvI=
-----END CERTIFICATE-----
`

export const mailCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmFVUscpXsHrO7kgp
yLFK1qr0BC6Y6U+GHwCBa5Be9tqhRANCAASfSJc8v7OqWsKImxC2DJWYHc7Eq7/t
ppDQcCv6qgCDbRUZK8vk0WNFhlfNBZIHUUSdbNZo6V83ylrv7dF+eE7F
-----END PRIVATE KEY-----
`
