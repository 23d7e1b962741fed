//! Mimecast as a service provider: regions, account codes, the Personal Portal and its setup, and the internal directory.

mod account_code;
mod address;
mod authentication_profile;
mod directory;
mod personal_portal;
mod region;
mod setup;

pub use account_code::{AccountCode, AccountCodeError, RegionCheck};
pub use address::{Address, AddressError, Domain};
pub use authentication_profile::{AuthenticationProfile, Field, FieldValue};
pub use directory::{Directory, DirectoryError, LinkError, Subject};
pub use personal_portal::{EntityIdSpelling, PersonalPortal, PersonalPortalError};
pub use region::{Region, UnknownRegion};
pub use setup::{Note, Setup, Warning};
