//! Encrypted assertions (SAMLCore §6), element by element, so that each can be attacked.

use samlkit::crypto::{BlockEncryption, Randomness as _, RsaOaep};

use crate::markup::{Element, Node};
use crate::random::Seeded;
use crate::{Error, TestIdp, TestKey, base64, ns};

/// How an assertion is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Encryption {
    /// The cipher.
    pub algorithm: BlockEncryption,
    /// Where the encrypted key stands.
    pub place: KeyPlace,
    pub(crate) recipient: TestKey,
}

/// Where `EncryptedKey` stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// In the `KeyInfo` of the data, as most do.
    #[default]
    Inside,
    /// Beside the data, which points to it by a `RetrievalMethod`, as Okta does.
    Beside,
}

impl Encryption {
    /// By `algorithm`, for the service provider's key.
    #[must_use]
    pub const fn new(algorithm: BlockEncryption) -> Self {
        Self {
            algorithm,
            place: KeyPlace::Inside,
            recipient: TestKey::Sp,
        }
    }

    /// Sets where the encrypted key stands.
    #[must_use]
    pub const fn with_key(mut self, place: KeyPlace) -> Self {
        self.place = place;
        self
    }

    /// Encrypts the assertion of a response.
    pub(crate) fn apply(&self, response: &mut Element, idp: &TestIdp) -> Result<(), Error> {
        let Some(mut assertion) = response.take("Assertion") else {
            return Ok(());
        };
        let style = idp.provider().style();
        if style.declared_at_root {
            // What stands alone declares what it uses.
            let declared = crate::response::declare_assertion(Element::new(""), style);
            for (name, value) in declared.attributes {
                assertion.attributes.insert(0, (name, value));
            }
        }
        let encrypted = self.encrypted(assertion.to_markup_with(style.empty).as_bytes(), idp)?;
        response.append(encrypted);
        Ok(())
    }

    /// `EncryptedAssertion` with these octets in it.
    pub(crate) fn encrypted(&self, plaintext: &[u8], idp: &TestIdp) -> Result<Element, Error> {
        let unfit = || Error::Key {
            key: self.recipient.name(),
            algorithm: self.algorithm.uri().to_owned(),
        };
        let purpose = format!("{}/{:?}", self.algorithm.uri(), self.place);
        let randomness = Seeded::new(idp.seed(), &purpose);
        let mut key = vec![0; self.algorithm.key_len()];
        randomness.fill(&mut key).map_err(|_| unfit())?;
        let octets = self
            .algorithm
            .encrypt(&key, plaintext, &randomness)
            .map_err(|_| unfit())?;
        let public = self
            .recipient
            .certificate()?
            .public_key()
            .map_err(|_| unfit())?;
        let wrapped = RsaOaep::default()
            .encrypt(&public, &key, &randomness)
            .map_err(|_| unfit())?;
        Ok(self.element(&octets, &wrapped, idp))
    }

    fn element(&self, octets: &[u8], wrapped: &[u8], idp: &TestIdp) -> Element {
        let method = |uri: &str| Element::new("xenc:EncryptionMethod").with("Algorithm", uri);
        let cipher = |octets: &[u8]| {
            Element::new("xenc:CipherData")
                .containing(Element::new("xenc:CipherValue").text(base64(octets)))
        };
        let digest = Element::new("ds:DigestMethod").with("Algorithm", ns::SHA1);
        let mut key = Element::new("xenc:EncryptedKey").with("xmlns:xenc", ns::XENC);
        let mut info = Element::new("ds:KeyInfo").with("xmlns:ds", ns::DS);
        if self.place == KeyPlace::Beside {
            let retrieval = Element::new("ds:RetrievalMethod")
                .with("Type", [ns::XENC, "EncryptedKey"].concat())
                .with("URI", "#_encrypted-key");
            info = info.containing(retrieval);
            key = key.with("Id", "_encrypted-key");
        }
        let rsa = method(samlkit::crypto::algorithm::RSA_OAEP_MGF1P)
            .containing(digest.with("xmlns:ds", ns::DS));
        let mut key = key.containing(rsa).containing(cipher(wrapped));
        if self.place == KeyPlace::Beside {
            let list = Element::new("xenc:ReferenceList")
                .containing(Element::new("xenc:DataReference").with("URI", "#_encrypted-data"));
            key = key.containing(list);
        }
        let mut data = Element::new("xenc:EncryptedData")
            .with("xmlns:xenc", ns::XENC)
            .with("Type", ns::ELEMENT);
        let mut beside = None;
        match self.place {
            KeyPlace::Inside => info = info.containing(key),
            KeyPlace::Beside => {
                data = data.with("Id", "_encrypted-data");
                beside = Some(key);
            }
        }
        data = data
            .containing(method(self.algorithm.uri()))
            .containing(info)
            .containing(cipher(octets));
        let style = idp.provider().style();
        let name = crate::response::assertion(style, "EncryptedAssertion");
        crate::response::declare_assertion(Element::new(name), style)
            .containing(data)
            .containing_all(beside.map(Node::from))
    }
}
