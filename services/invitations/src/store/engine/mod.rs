//! The rows that every kind shares: invitations and their uses, how they end, and what the service
//! keeps for itself. What one kind adds to an invitation stands in the folder of its noun.

pub mod claims;
pub mod cursors;
pub mod endings;
pub mod invitations;
mod is_open;
pub mod seal_check;
