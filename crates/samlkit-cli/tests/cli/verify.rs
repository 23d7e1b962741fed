//! The options of `verify`, and the help it gives.

use samlkit::crypto::BlockEncryption;
use serde_json::Value;

use crate::support::{base64, eu, eu_with, fixture, fixtures, run, run_with};

const AT: [&str; 2] = ["--at", "2026-01-15T10:01:00Z"];
const REQUEST: [&str; 2] = ["--in-response-to", "_d45f1f310645d6ff4f7f087051effb23"];

fn code(json: &Value) -> &str {
    json["code"].as_str().unwrap_or("accepted")
}

#[test]
fn keys_can_be_given_without_metadata() {
    let issuer = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
    let with = |cert: &str, issuer: &str| {
        let mut args = vec![
            "verify",
            "--json",
            "--idp-entity-id",
            issuer,
            "--idp-cert",
            cert,
        ];
        args.extend(
            ["--mimecast", "eu:CUK1A1"]
                .into_iter()
                .chain(AT)
                .chain(REQUEST),
        );
        args.push("entra/eu.xml");
        run(args)
    };
    assert_eq!(
        with("keys/test-only-entra-active.crt.pem", issuer).json()["issuer"],
        issuer
    );
    assert_eq!(
        code(&with("keys/test-only-untrusted.crt.pem", issuer).json()),
        "untrusted-key"
    );
    let json = with(
        "keys/test-only-entra-active.crt.pem",
        issuer.trim_end_matches('/'),
    )
    .json();
    assert_eq!(code(&json), "issuer-mismatch");
    with("keys/test-only-entra-active.key.pem", issuer).assert_usage("private key");
    with("keys/test-only-entra-active.pub.pem", issuer).assert_usage("cannot use");
    with("entra/metadata.xml", issuer).assert_usage("help:");
    with("keys/none.pem", issuer).assert_usage("cannot read keys/none.pem");
    with("keys/test-only-entra-active.crt.pem", "").assert_usage("entity ID is empty");
}

/// Certificates come in every form, several in a file.
#[test]
fn certificates_come_in_every_form() {
    let pem = String::from_utf8(fixture("keys/test-only-entra-active.crt.pem")).unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let other = String::from_utf8(fixture("keys/test-only-untrusted.crt.pem")).unwrap();
    let issuer = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
    for certificate in [
        pem.replace('\n', "\r\n"),
        bare,
        format!("{other}{pem}"),
        format!("\u{feff}{pem}"),
    ] {
        let mut args = vec![
            "verify",
            "--json",
            "--idp-entity-id",
            issuer,
            "--idp-cert",
            "-",
            "--mimecast",
            "eu:CUK1A1",
        ];
        args.extend(AT.into_iter().chain(REQUEST));
        args.push("entra/eu.xml");
        let run = run_with(args, certificate.as_bytes());
        assert_eq!(run.json()["verdict"], "accepted", "{certificate}");
    }
}

#[test]
fn a_message_comes_in_every_form() {
    let xml = fixture("entra/eu.xml");
    let form_value = base64(&xml);
    let escaped = form_value
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    for (encoding, message, verdict) in [
        ("auto", xml.clone(), "accepted"),
        (
            "auto",
            [b"\xef\xbb\xbf".to_vec(), xml.clone()].concat(),
            "accepted",
        ),
        ("xml", xml.clone(), "accepted"),
        ("auto", form_value.clone().into_bytes(), "accepted"),
        (
            "base64",
            format!("{form_value}\r\n").into_bytes(),
            "accepted",
        ),
        (
            "auto",
            format!("RelayState=x&SAMLResponse={escaped}").into_bytes(),
            "accepted",
        ),
        ("auto", escaped.clone().into_bytes(), "accepted"),
        ("base64", escaped.into_bytes(), "malformed-base64"),
        ("base64", xml, "malformed-base64"),
        ("xml", form_value.into_bytes(), "malformed-xml"),
    ] {
        let run = run_with(eu(&["--encoding", encoding, "-"]), &message);
        assert_eq!(code(&run.json()), verdict, "{encoding}");
    }
}

#[test]
fn a_request_an_unsolicited_message_or_either_is_expected() {
    let either = [
        "--in-response-to",
        "_d45f1f310645d6ff4f7f087051effb23",
        "--allow-unsolicited",
    ];
    let rows: [(&[&str], &str, &str); 8] = [
        (&REQUEST, "entra/eu.xml", "accepted"),
        (
            &REQUEST,
            "entra/idp-initiated.xml",
            "in-response-to-mismatch",
        ),
        (
            &["--allow-unsolicited"],
            "entra/eu.xml",
            "in-response-to-mismatch",
        ),
        (
            &["--allow-unsolicited"],
            "entra/idp-initiated.xml",
            "accepted",
        ),
        (&either, "entra/eu.xml", "accepted"),
        (&either, "entra/idp-initiated.xml", "accepted"),
        (&[], "entra/eu.xml", "in-response-to-mismatch"),
        (&[], "entra/idp-initiated.xml", "unsolicited"),
    ];
    for (expected, file, outcome) in rows {
        let mut args = vec![
            "verify",
            "--json",
            "--idp-metadata",
            "entra/metadata.xml",
            "--mimecast",
            "eu:CUK1A1",
        ];
        args.extend(AT.iter().chain(expected));
        args.push(file);
        assert_eq!(code(&run(args).json()), outcome, "{expected:?} {file}");
    }
}

#[test]
fn clocks_may_differ_by_the_skew() {
    for (at, skew, outcome) in [
        ("2026-01-15T11:00:59Z", "60", "accepted"),
        ("2026-01-15T11:01:00Z", "60", "expired"),
        ("2026-01-15T12:00:59+01:00", "60", "accepted"),
        ("2026-01-15T11:00:00Z", "0", "expired"),
        ("2026-01-15T11:09:59Z", "600", "accepted"),
        ("2026-01-15T09:54:00Z", "60", "accepted"),
        ("2026-01-15T09:54:00Z", "59", "not-yet-valid"),
    ] {
        let mut args = eu(&["--clock-skew", skew, "entra/eu.xml"]);
        let place = args
            .iter()
            .position(|&arg| arg == "2026-01-15T10:01:00Z")
            .unwrap();
        args[place] = at;
        assert_eq!(code(&run(args).json()), outcome, "{at} {skew}");
    }
    run(eu(&["--clock-skew", "601", "entra/eu.xml"])).assert_usage("--clock-skew");
    run(eu(&["--clock-skew=-1", "entra/eu.xml"])).assert_usage("--clock-skew");
}

/// The clock is the default for now: the fixtures' day has passed.
#[test]
fn without_a_time_the_clock_is_asked() {
    let mut args = vec![
        "verify",
        "--json",
        "--idp-metadata",
        "entra/metadata.xml",
        "--mimecast",
        "eu:CUK1A1",
    ];
    args.extend(REQUEST);
    args.push("entra/eu.xml");
    assert_eq!(code(&run(args).json()), "expired");
}

#[test]
fn weak_algorithms_are_a_choice_with_a_warning() {
    let run = run(eu(&["--allow-sha1", "--allow-weak-rsa", "entra/eu.xml"]));
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("warning: --allow-sha1")
            && run.stderr.contains("warning: --allow-weak-rsa")
    );
    assert_eq!(crate::support::run(eu(&["entra/eu.xml"])).stderr, "");
}

#[test]
fn an_aggregate_is_searched_for_the_issuer() {
    let accept = |more: &[&str], stdin: &[u8]| {
        let mut args = vec![
            "verify",
            "--json",
            "--idp-metadata",
            "entra/metadata-aggregate.xml",
        ];
        args.extend(
            ["--mimecast", "eu:CUK1A1"]
                .into_iter()
                .chain(AT)
                .chain(REQUEST),
        );
        args.extend(more);
        run_with(args, stdin)
    };
    assert_eq!(accept(&["entra/eu.xml"], b"").json()["verdict"], "accepted");
    let other = [
        "--idp-entity-id",
        "https://idp.example/other",
        "entra/eu.xml",
    ];
    assert_eq!(code(&accept(&other, b"").json()), "issuer-mismatch");
    accept(
        &[
            "--idp-entity-id",
            "https://idp.example/none",
            "entra/eu.xml",
        ],
        b"",
    )
    .assert_usage("no identity provider");
    // The service provider in the aggregate is no identity provider.
    accept(
        &[
            "--idp-entity-id",
            "https://eu-api.mimecast.com/sso/CUK1A1",
            "entra/eu.xml",
        ],
        b"",
    )
    .assert_usage("no identity provider");
    let stranger = eu_with(
        "https://sts.windows.net/3b6c1f2e",
        "https://sts.windows.net/00000000",
    );
    assert_eq!(code(&accept(&["-"], &stranger).json()), "issuer-mismatch");
    assert_eq!(code(&accept(&["-"], b"<x/>").json()), "not-a-response");
    // A claim of another member of the aggregate is compared with that member's keys only.
    let claimed = eu_with(
        "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/",
        "https://idp.example/other",
    );
    assert_eq!(code(&accept(&["-"], &claimed).json()), "untrusted-key");
}

/// Broken configuration is told from a broken message.
#[test]
fn broken_configuration_is_a_usage_error() {
    let with = |metadata: &[u8]| {
        let mut args = eu(&["entra/eu.xml"]);
        let place = args
            .iter()
            .position(|&arg| arg == "entra/metadata.xml")
            .unwrap();
        args[place] = "-";
        run_with(args, metadata)
    };
    with(b"").assert_usage("cannot use the metadata");
    with(b"<x/>").assert_usage("cannot use the metadata");
    with(&fixture("entra/eu.xml")).assert_usage("cannot use the metadata");
    with(&fixture("keys/test-only-entra-active.crt.pem")).assert_usage("cannot use the metadata");
    let expired = String::from_utf8(fixture("entra/metadata-aggregate.xml")).unwrap();
    with(
        expired
            .replace("2026-07-15T10:00:00Z", "2026-01-15T10:01:00Z")
            .as_bytes(),
    )
    .assert_usage("no longer valid");
    let template = String::from_utf8(fixture("entra/metadata.xml")).unwrap();
    with(
        template
            .replace("3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa", "{tenantid}")
            .as_bytes(),
    )
    .assert_usage("template");
    run(eu(&["--decrypt-key", "keys/none.pem", "entra/eu.xml"]))
        .assert_usage("cannot read keys/none.pem");
    run(eu(&["entra"])).assert_usage("cannot read entra");
    run(eu(&["none.xml"])).assert_usage("cannot read none.xml");
}

/// The spelling of the entity ID follows the identity provider, and the help says so.
#[test]
fn the_help_knows_the_deployment() {
    let help = |run: crate::support::Run, code: &str| {
        let json = run.json();
        assert_eq!(json["code"], code, "{json}");
        json["help"].as_str().unwrap_or_default().to_owned()
    };
    let okta = |more: &[&str]| {
        let mut args = vec![
            "verify",
            "--json",
            "--idp-metadata",
            "idp/okta-metadata.xml",
            "--allow-unsolicited",
        ];
        args.extend(AT);
        args.extend(["--in-response-to", "_049027b5-1bdd-c6e6-c108-f1df807e58f8"]);
        args.extend(more);
        args.push("idp/okta.xml");
        run(args)
    };
    assert_eq!(
        okta(&["--mimecast", "eu:CUK1A1"]).json()["audiences"][0],
        "eu-api.mimecast.com.CUK1A1"
    );
    let said = help(okta(&["--mimecast", "eu:CUK2A2"]), "audience-mismatch");
    assert!(
        said.contains("another account") && said.contains("Account Code"),
        "{said}"
    );

    let entra = |more: &[&str]| {
        let mut args = vec!["verify", "--json", "--idp-metadata", "entra/metadata.xml"];
        args.extend(AT.into_iter().chain(REQUEST));
        args.extend(more);
        run(args)
    };
    let dotted = [
        "--sp-entity-id",
        "eu-api.mimecast.com.CUK1A1",
        "--acs-url",
        "https://eu-api.mimecast.com/login/saml",
        "entra/eu.xml",
    ];
    let said = help(entra(&dotted), "audience-mismatch");
    assert!(
        said.contains("Identifier (Entity ID)") && said.contains("eu-api.mimecast.com.CUK1A1"),
        "{said}"
    );

    let said = help(
        entra(&["--mimecast", "us:CUSA1A1", "entra/eu.xml"]),
        "destination-mismatch",
    );
    assert!(
        said.contains("for the region eu") && said.contains("Reply URL"),
        "{said}"
    );

    let slash = [
        "--sp-entity-id",
        "https://eu-api.mimecast.com/sso/CUK1A1",
        "--acs-url",
        "https://eu-api.mimecast.com/login/saml/",
        "entra/eu.xml",
    ];
    let said = help(entra(&slash), "destination-mismatch");
    assert!(said.contains("The slash at the end differs"), "{said}");

    let said = help(
        entra(&[
            "--mimecast",
            "eu:CUK1A1",
            "--require-signed-response",
            "entra/eu.xml",
        ]),
        "unsigned",
    );
    assert!(said.contains("Signing Option"), "{said}");

    let said = help(
        entra(&["--mimecast", "eu:CUK1A1", "entra/sha1.xml"]),
        "algorithm-not-allowed",
    );
    assert!(said.contains("Signing Algorithm"), "{said}");

    let said = help(
        entra(&[
            "--mimecast",
            "eu:CUK1A1",
            "entra/bad/issuer-without-slash.xml",
        ]),
        "issuer-mismatch",
    );
    assert!(
        said.contains("slash at the end") && said.contains("Issuer URL"),
        "{said}"
    );

    let said = help(
        entra(&["--mimecast", "eu:CUK1A1", "entra/bad/untrusted-key.xml"]),
        "untrusted-key",
    );
    assert!(said.contains("?appid="), "{said}");

    let said = help(
        entra(&["--mimecast", "eu:CUK1A1", "entra/error-response.xml"]),
        "status-not-success",
    );
    assert!(said.contains("AADSTS75011"), "{said}");
}

/// The address for sign-on that the identity provider starts differs from the usual one.
#[test]
fn another_acs_url_can_be_given_with_mimecast() {
    let message = eu_with(
        "Destination=\"https://eu-api.mimecast.com/login/saml\"",
        "Destination=\"https://eu-api.mimecast.com/login/sso/mpp\"",
    );
    let run = run_with(eu(&["-"]), &message);
    assert_eq!(code(&run.json()), "destination-mismatch");
    assert!(
        run.json()["help"]
            .as_str()
            .unwrap()
            .contains("--acs-url https://eu-api.mimecast.com/login/sso/mpp")
    );
    // With it, the message gets as far as the recipient, which is signed.
    let run = run_with(
        eu(&[
            "--acs-url",
            "https://eu-api.mimecast.com/login/sso/mpp",
            "-",
        ]),
        &message,
    );
    assert_eq!(code(&run.json()), "recipient-mismatch");
}

#[test]
fn mimecast_users_that_will_not_be_found_are_warned_about() {
    for (file, request, said) in [
        (
            "entra/upn-is-not-mail.xml",
            "_00e3026c8f5d662a6136509d59b698ea",
            "name-id-is-upn",
        ),
        (
            "entra/no-mail.xml",
            "_cde3993215b4008e5ebd43085a2e7f52",
            "name-id-opaque",
        ),
        (
            "entra/groups-overage.xml",
            "_8a3b4595ef4ef4f1ff2542ab68241ac9",
            "150 groups",
        ),
    ] {
        let mut args = eu(&[file]);
        let place = args.iter().position(|arg| arg.starts_with("_d45")).unwrap();
        args[place] = request;
        let run = run(args);
        assert_eq!(run.json()["verdict"], "accepted");
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

/// Times at the ends of the calendar are times.
#[test]
fn odd_times_are_survived() {
    for (at, outcome) in [
        ("0000-01-01T00:00:00Z", "not-yet-valid"),
        ("9999-12-31T23:59:59.999999999Z", "expired"),
        ("2026-01-15T10:01:60Z", "accepted"),
    ] {
        let mut args = eu(&["entra/eu.xml"]);
        args[7] = at;
        assert_eq!(code(&run(args).json()), outcome, "{at}");
    }
}

/// What a message says cannot steer the terminal of whoever reads the refusal.
#[test]
fn text_of_the_message_is_escaped() {
    let message = eu_with(
        "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/",
        "x&#x9b;31m&#x202e;y",
    );
    let mut args = eu(&["-"]);
    args.retain(|&arg| arg != "--json");
    let text = run_with(args, &message).text();
    assert!(text.starts_with("rejected: issuer-mismatch\n"), "{text}");
    assert!(!text.contains(['\u{9b}', '\u{202e}']), "{text}");
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let path = fixtures().join("entra/eu.xml");
    assert!(path.exists());
    let run = run_with(eu(&["-"]), &vec![b'A'; (64 << 20) + 1]);
    assert_eq!((run.code, code(&run.json())), (1, "limit-exceeded"));
}

/// `entra/eu.xml` with its assertion encrypted to the service provider.
pub(crate) fn encrypted(algorithm: BlockEncryption) -> Vec<u8> {
    use samlkit::Certificate;
    use samlkit::enc::{Encryptor, Kind, Recipient};
    let text = String::from_utf8(fixture("entra/eu.xml")).unwrap();
    let from = text.find("<Assertion ").unwrap();
    let (before, rest) = text.split_at(from);
    let (assertion, after) = rest.split_once("</Assertion>").unwrap();
    let assertion = format!("{assertion}</Assertion>");
    let certificate = Certificate::parse(&fixture("keys/test-only-sp.crt.pem")).unwrap();
    let sealed = Encryptor::new(Recipient::from_certificate(certificate).unwrap())
        .with_algorithm(algorithm)
        .encrypt(Kind::Assertion, &assertion, &samlkit::SystemRandomness)
        .unwrap();
    format!("{before}{sealed}{after}").into_bytes()
}

#[test]
fn encryption_can_be_required() {
    let message = encrypted(BlockEncryption::Aes256Gcm);
    let key = ["--decrypt-key", "keys/test-only-sp.key.pem"];
    let required = "--require-encrypted-assertion";
    let with = |options: &[&str], message: &[u8]| {
        let options: Vec<&str> = options.iter().copied().chain(["-"]).collect();
        run_with(eu(&options), message).json()
    };
    let clear = fixture("entra/eu.xml");
    let json = with(&[key[0], key[1], required], &message);
    assert_eq!(
        (code(&json), &json["encrypted"]),
        ("accepted", &Value::Bool(true))
    );
    assert_eq!(code(&with(&[required], &message)), "decryption-failed");
    let json = with(&[required], &clear);
    assert_eq!(code(&json), "not-encrypted");
    assert!(json["help"].as_str().unwrap().contains("certificate"));
    assert_eq!(code(&with(&[], &clear)), "accepted");
}

#[test]
fn cbc_can_be_refused() {
    let with = |cbc: &str, algorithm| {
        let key = ["--decrypt-key", "keys/test-only-sp.key.pem"];
        let options = [key[0], key[1], "--cbc", cbc, "-"];
        let json = run_with(eu(&options), &encrypted(algorithm)).json();
        code(&json).to_owned()
    };
    for (cbc, expected) in [
        ("accept", "accepted"),
        ("under-signature", "algorithm-not-allowed"),
        ("refuse", "algorithm-not-allowed"),
    ] {
        assert_eq!(with(cbc, BlockEncryption::Aes256Cbc), expected);
        assert_eq!(with(cbc, BlockEncryption::Aes256Gcm), "accepted");
    }
}
