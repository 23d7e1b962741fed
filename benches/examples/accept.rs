//! Accepts the message of the benches again and again, for a profiler to look at: `accept [TIMES [small|both|large]]`.
#![expect(
    clippy::expect_used,
    reason = "a profile without its inputs is worth nothing"
)]

use samlkit::{
    Expected, IdentityProvider, ReplayError, ReplayMemory, ServiceProvider, Timestamp,
    parse_date_time,
};
use samlkit_benches::{ACS_URL, BOTH, ISSUER, LARGE, NOW, SMALL, SP_ENTITY_ID, key};

struct Forgetful;

impl ReplayMemory for Forgetful {
    fn remember(&self, _: &str, _: &str, _: Timestamp, _: Timestamp) -> Result<(), ReplayError> {
        Ok(())
    }
}

fn main() {
    let times = std::env::args()
        .nth(1)
        .and_then(|times| times.parse().ok())
        .unwrap_or(1000);
    let provider = IdentityProvider::new(ISSUER, vec![key()]).expect("a sound provider");
    let provider =
        ServiceProvider::new(SP_ENTITY_ID, ACS_URL, provider).expect("a sound configuration");
    let now = parse_date_time(NOW).expect("a time");
    let message = match std::env::args().nth(2).as_deref() {
        Some("both") => BOTH,
        Some("large") => LARGE,
        _ => SMALL,
    };
    let form = message.form_value();
    for _ in 0..times {
        let expected = Expected::answer_to(message.in_response_to);
        let identity = provider
            .accept(&form, expected, now, &Forgetful)
            .expect("the fixture is accepted");
        assert_eq!(identity.issuer(), ISSUER);
    }
}
