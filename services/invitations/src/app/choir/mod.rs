//! Choir invitations, and the keys that the choir platform makes and checks them with. Choirs and
//! their members are that platform's business: an invitation here lets nobody in by itself.

pub mod check_invitation;
pub mod create_invitation;
pub mod create_key;
pub mod form_token;
pub mod list_keys;
pub mod resolve_key;
pub mod revoke_key;
pub mod whitelist;
