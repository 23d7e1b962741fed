//! Azure AD (Entra ID) as an identity provider: clouds, tenants, issuers, claims, error codes.

pub mod aadsts;
pub mod authn_request;
mod claims;
mod cloud;
mod guid;
mod issuer;
mod tenant;

pub use claims::{Claim, Claims, ClaimsError};
pub use cloud::{Cloud, UnknownCloud};
pub use guid::{ApplicationId, Guid, GuidError, TenantId, TenantIdError};
pub use issuer::{Issuer, IssuerDifference, IssuerError};
pub use tenant::Tenant;
