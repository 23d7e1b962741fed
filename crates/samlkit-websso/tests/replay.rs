//! The memory of this process: what is in it is refused until it has expired, and not a second less.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

use samlkit_core::{Timestamp, parse_date_time};
use samlkit_websso::{InMemoryReplay, ReplayError, ReplayMemory as _};

const IDP: &str = "https://idp.example/";

fn at(second: u32) -> Timestamp {
    let text = format!("2026-01-15T10:{:02}:{:02}Z", second / 60, second % 60);
    parse_date_time(&text).expect("a time")
}

#[test]
fn remembered_until_it_expires() {
    let memory = InMemoryReplay::new(10);
    assert!(memory.is_empty());
    assert_eq!(memory.remember(IDP, "_1", at(100), at(0)), Ok(()));
    assert!(!memory.is_empty());
    for now in [0, 1, 99] {
        let again = memory.remember(IDP, "_1", at(200), at(now));
        assert_eq!(again, Err(ReplayError::Replayed), "{now}");
    }
    // From then on no assertion with this bound is accepted any more.
    assert_eq!(memory.remember(IDP, "_1", at(300), at(100)), Ok(()));
    assert_eq!(
        memory.remember(IDP, "_1", at(300), at(299)),
        Err(ReplayError::Replayed)
    );
    assert_eq!(memory.len(), 1);
}

#[test]
fn an_id_is_of_one_issuer() {
    let memory = InMemoryReplay::new(10);
    for (issuer, id) in [
        (IDP, "_1"),
        (IDP, "_2"),
        ("https://other.example/", "_1"),
        ("", "_1"),
    ] {
        assert_eq!(memory.remember(issuer, id, at(100), at(0)), Ok(()));
    }
    assert_eq!(memory.len(), 4);
    assert_eq!(
        memory.remember(IDP, "_2", at(100), at(0)),
        Err(ReplayError::Replayed)
    );
}

/// Nothing is dropped to make room: whoever can send messages could flush the memory.
#[test]
fn a_full_memory_refuses() {
    let memory = InMemoryReplay::new(2);
    assert_eq!(memory.remember(IDP, "_1", at(100), at(0)), Ok(()));
    assert_eq!(memory.remember(IDP, "_2", at(50), at(0)), Ok(()));
    assert_eq!(memory.len(), 2);
    assert_eq!(
        memory.remember(IDP, "_3", at(100), at(49)),
        Err(ReplayError::Full)
    );
    assert_eq!(
        memory.remember(IDP, "_1", at(100), at(49)),
        Err(ReplayError::Replayed)
    );
    // The one that expired makes room, and no other does.
    assert_eq!(memory.remember(IDP, "_3", at(100), at(50)), Ok(()));
    assert_eq!(
        memory.remember(IDP, "_2", at(100), at(50)),
        Err(ReplayError::Full)
    );
    assert_eq!(
        memory.remember(IDP, "_1", at(100), at(50)),
        Err(ReplayError::Replayed)
    );
    // All that have expired are dropped at once.
    assert_eq!(memory.remember(IDP, "_4", at(200), at(100)), Ok(()));
    assert_eq!(memory.len(), 1);
    let none = InMemoryReplay::new(0);
    assert_eq!(
        none.remember(IDP, "_1", at(100), at(0)),
        Err(ReplayError::Full)
    );
    assert_eq!(none.len(), 0);
}
