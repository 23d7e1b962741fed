//! What comes back with an answer is anyone's: no more than a path on this site is read from it.

use samlkit_websso::RelayState;

#[test]
fn a_path_on_this_site() {
    let longest = format!("/{}", "x".repeat(79));
    for path in [
        "/",
        "/inbox",
        "/inbox?page=2&x=%5C#top",
        "/a//b",
        "/@evil.example",
        "/:80",
        "/!~",
        "/.//evil.example",
        &longest,
    ] {
        assert_eq!(RelayState::local_path(path), Some(path));
        let state = RelayState::from_local_path(path);
        assert_eq!(state.as_ref().map(RelayState::as_str), Some(path));
    }
}

/// Whatever a browser could read as another site, or as two lines of a header, or that is no path at all.
#[test]
fn anything_else() {
    let longer = format!("/{}", "x".repeat(80));
    for foreign in [
        "",
        "inbox",
        "https://evil.example/",
        "javascript:alert(1)",
        "//",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\/evil.example/",
        "\\\\evil.example/",
        "/inbox\\",
        " /inbox",
        "/ /evil.example/",
        "/inbox x",
        "/\t/evil.example/",
        "/a\nb",
        "/a\r\nSet-Cookie: a=b",
        "/\0",
        "/\u{7f}",
        "/\u{e9}",
        "/\u{a0}/",
        "/\u{ff0f}evil.example",
        &longer,
    ] {
        assert_eq!(RelayState::local_path(foreign), None, "{foreign:?}");
        assert_eq!(RelayState::from_local_path(foreign), None, "{foreign:?}");
    }
}

/// SAMLBind §3.4.3.
#[test]
fn an_opaque_value_has_a_length() {
    for (length, fits) in [(0, false), (1, true), (80, true), (81, false)] {
        let value = "x".repeat(length);
        let state = RelayState::new(value.as_str());
        assert_eq!(state.is_some(), fits, "{length}");
        if let Some(state) = state {
            assert_eq!(state.as_str(), value);
            assert_eq!(format!("{state:?}"), "RelayState(..)");
        }
    }
}
