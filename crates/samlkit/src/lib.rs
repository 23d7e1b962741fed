#![doc = include_str!("../README.md")]

#[doc(inline)]
pub use samlkit_core::{Timestamp, metadata, parse_date_time};
#[doc(inline)]
pub use samlkit_crypto::{
    AlgorithmPolicy, Certificate, PrivateKey, PublicKey, Signer, SigningKey, SystemRandomness,
    danger,
};
#[doc(inline)]
pub use samlkit_dsig::TrustedKey;
#[doc(inline)]
pub use samlkit_enc::{DecryptionKey, Decryptor};
#[doc(inline)]
pub use samlkit_profiles as profiles;
#[doc(inline)]
pub use samlkit_websso::{
    AttributeRef, CbcEncryption, Code, ConfigError, Expected, Identity, IdentityProvider,
    InMemoryReplay, Login, LoginError, NameIdRef, Outgoing, PendingRequest, Policy, Rejection,
    RelayState, ReplayError, ReplayMemory, RequestBinding, RequiredEncryption, RequiredSignature,
    ServiceProvider, ValueRef,
};

#[doc(no_inline)]
pub use samlkit_c14n as c14n;
#[doc(no_inline)]
pub use samlkit_core as core;
#[doc(no_inline)]
pub use samlkit_crypto as crypto;
#[doc(no_inline)]
pub use samlkit_dsig as dsig;
#[doc(no_inline)]
pub use samlkit_enc as enc;
#[doc(no_inline)]
pub use samlkit_websso as websso;
#[doc(no_inline)]
pub use samlkit_xml as xml;

/// The repository's README, so that its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
