/**
 * Key pairs that never change, so that tests can compare signed bytes, key ids and JWKS documents.
 * They are public: a server that trusts one of them trusts everybody.
 */

/** P-256; signs ES256. */
export const FIXED_P256_KEY: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf/sPp14wuvoSHtCi
sCxlUHuM/2bxmiO1eeTwVcGkHSChRANCAAQocl/B3e0pyweGPux7T3tRjs55sziZ
BpkCq8of/zBQVYfhNYLhqSCC+TjKqba+Vy+XncBS5SLPxL2p75Ep8swj
-----END PRIVATE KEY-----
`;

/** Another P-256 key, for rings with several keys of one kind. */
export const FIXED_OTHER_P256_KEY: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgC8Ck5mEnl3Pqch6l
M9zzbulop9QtDo/K66Kk/Wd41m2hRANCAATdgdwOJkUKUm4AnOh2uFih93FaiB+w
MmIjmGC9sUCDU7xVtqUrHs8BxeCkFMdwB7r7gpwXTRv8/RQcj/FsnVTc
-----END PRIVATE KEY-----
`;

/** P-384; signs ES384. */
export const FIXED_P384_KEY: string = `-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBepkZtwy+NzNkSWKQ0
IktmC9F8PIIHQga24vg83kjyKKDFkpmt4rstcs24P4YYSWChZANiAARM6S7K/mWd
6YRprcmnAnRVqDVvpEQGGQUjBfp4naPpCzsw+VPJunzrNrtpQpeB3CE6RqkT1ePD
Qp1g5UJoj/aapkGkhzmIsXha2KMu/wPx0apWI8T8jPnZjDxVmodIZTI=
-----END PRIVATE KEY-----
`;

/** P-521; signs ES512. */
export const FIXED_P521_KEY: string = `-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAXmzBCOlQnCdpBSzv
sq/lmoj3ahcBS3S5phoDRFqBOlo93crVDei9cUOJeeXJ6Kd4VzmKgL24yqWUQfYc
NebyNYWhgYkDgYYABADRy8y+DZrogwxal8aeqw5msj7YMEPJzt6OeQPapKNOTH/+
HUutSpY+/CeEfHv+N2LYQQXdBifuBi58V1J6pS94YgAw+sfZaVywpekVTmvQuI2C
vJn4L4YfE0bYaoyAytA6asJo97qS2usRTv9Cis4AHC56FP0KeG664A0QCjgpjBI8
FQ==
-----END PRIVATE KEY-----
`;

/** RSA with 2048 bits; signs RS256. */
export const FIXED_RSA_KEY: string = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCRfXfwGQfu56+D
afzbcnrqZlg2rwN1XWg/XBBdhtGujGZGpOF3muxdAbLLEdp3GU9EPJzhxLQpnIOh
ujuZRAcKbM4YeGAB1YZ2j6oKM6BU2tLXGINXPTPRdjt4RxtKr4vMQwOvDS3+A6LL
49I01PCq7L0YwBCEUeqqsBcmefm6OFupw00GeyUbWLNg9YxJDPvWux8nil9k1ZAQ
vionZCG+zkQOJVepzpHedzIZSGeCD9DpTxRriGFv30xE2iKBfAcWnq6bQQoUKqWS
JoXx0rqsChc8IhLm3eTlXktj1geFG5ztE0XxL5/Ic+4rB3uHozy1CeCH9QnZW+hg
ncTUc9qjAgMBAAECggEAOxcL8vKfo7rqsIOIBLLq1C/MDS2oyG6vC+i+5tV+bRet
5GxL/JFqBV5OuSZfpfacGJlLmHCVQb9FQRbL5PRZrbTCQfMF/0iza4zu4WTVbhFQ
B7d3hKOhW6XbAn9SyNMigswG/35pWx0r7gZyFi4ULz+mj5pWOv+wQTHyvRhWQnjL
WRK2bw4y6L4eXAYuambAr4fQd+bKaJNZ+q6ZpSpMsEPfEErkDqCNa9wzOGIIWAOM
5mdMbQhh72tL6dxskwSLlBdKpa5v0yXSp6wuF6OMmvIfYrKkTg65PMNzoEzS/DkC
V97wof/UzJNIH/W5JDmdiCMrgZxdvOIt6N4qhcIIFQKBgQDLgSHVjX/HOAJC1l44
DlJk1NiaXelZPOzO8/7GjKsgTwgF6KbAK9An7OLPHkmqrLDAa+W7bsGCZiCp9dcE
fW1tRcS4EM4wG10/dmp9o9ZGHkn/vk9+PsckKvLt0OtFGt22y/cNc8Drk5zkeNkd
WP8Tnp/biIYMFUKs/0JWagQGFwKBgQC3BTtpsU6Pe4EczZ8cP6RUK8eZQv4gIno8
iBI1g38TGVWdrsEg8Z38abfndsNjpJsL1dl2kYCjV7uNmt5pa1/XRZaAgehDwarR
+KQXYxEd3AlYyvYaj/ei+w21h8tq1KcGYjDSYkbw/I+hDEbVnZ4oFH+OmwkHxBvl
5vm/9xrzVQKBgQDGw0dSlzO4VsIOmeXIhmR/S0yL6TGjEViSAcpUDsyNb+N8MfG8
PI7AkCQu+3wkEStJpZjqapDiVfGNTypFnmQkmEI9LVzVq8R12ajFMiJ0tdy8xxpJ
SfOjJbfEA4vnIQhwI+MW5noFHVXd6RLWETiB5ypnd37FinZnFaGrWTy43QKBgBkJ
6DTvgvXySZmtL+Vnd43kZ2w6VBYFYX/Ches4UDxGrQXjkJx3McwEkppiDx0kuemG
mje0dErkh845r8/wVq5W4N4355TNfBc50wk4DnFtVwIE0mKT66cqfZemOlglO6yN
5mwB8f6qLuQzj8VNyQNmuoTCBRxA4igzz1tJ7S/5AoGBALrdO6nv5iViKg68AU7R
WPudtUxuNEveYkVwMvhp6ATozW5oeHkUqGgbNqChYI3wsy01KUxNp6ZMO9tVfAhE
M3sS6VH59ZPrazZ78oXgahTi4vcaByBVOBnk582OPKuQJfme00LeGU95T+Gwd4Kr
8b9Pyrc6MtxtxJk4ztojW/JR
-----END PRIVATE KEY-----
`;
