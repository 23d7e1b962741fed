use samlkit_crypto::BlockEncryption;
use samlkit_xml::Limits;

use crate::Error;

/// Whether data in CBC mode is decrypted.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Cbc {
    /// AD FS, Entra ID, Okta and `SimpleSAMLphp` send nothing else.
    #[default]
    Accept,
    /// Only authenticated encryption.
    Refuse,
}

/// What is decrypted. The defaults accept what the large identity providers send.
///
/// ```
/// use samlkit_enc::{Cbc, Policy};
///
/// let policy = Policy::new().with_cbc(Cbc::Refuse).with_recipient("https://sp.example/metadata");
/// # let _ = policy;
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    cbc: Cbc,
    pub(crate) recipient: Option<Box<str>>,
    pub(crate) most_keys: usize,
    pub(crate) ciphertext: usize,
    pub(crate) limits: Limits,
}

impl Policy {
    /// As many encrypted keys as a message with some recipients and a key rollover has. Each may cost a private-key operation
    /// for every configured key.
    pub const MOST_KEYS: usize = 8;
    /// A response with thousands of groups is under 1 MiB.
    pub const CIPHERTEXT: usize = 8 << 20;

    /// The default policy.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            cbc: Cbc::Accept,
            recipient: None,
            most_keys: Self::MOST_KEYS,
            ciphertext: Self::CIPHERTEXT,
            limits: Limits::DEFAULT,
        }
    }

    /// Sets whether CBC mode is accepted. Default: [`Cbc::Accept`].
    #[must_use]
    pub const fn with_cbc(mut self, cbc: Cbc) -> Self {
        self.cbc = cbc;
        self
    }

    /// Sets the name of this party, its `entityID`: keys whose `Recipient` (XMLEnc §3.5.1) is another are tried last.
    /// Default: keys are tried in document order.
    #[must_use]
    pub fn with_recipient(mut self, entity_id: &str) -> Self {
        self.recipient = Some(entity_id.into());
        self
    }

    /// Sets how many encrypted keys a message may have. Default: [`Policy::MOST_KEYS`].
    #[must_use]
    pub const fn with_most_keys(mut self, count: usize) -> Self {
        self.most_keys = count;
        self
    }

    /// Sets how many octets of ciphertext there may be. Default: [`Policy::CIPHERTEXT`].
    #[must_use]
    pub const fn with_ciphertext(mut self, octets: usize) -> Self {
        self.ciphertext = octets;
        self
    }

    /// Sets the limits for parsing the plaintext. Default: [`Limits::DEFAULT`].
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) fn check(&self, algorithm: BlockEncryption) -> Result<(), Error> {
        match self.cbc {
            Cbc::Refuse if !algorithm.is_authenticated() => Err(Error::AlgorithmNotAllowed {
                uri: algorithm.uri(),
            }),
            Cbc::Accept | Cbc::Refuse => Ok(()),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
