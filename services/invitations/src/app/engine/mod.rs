//! What is common to every kind of invitation: taking one up, settling what is left over, following
//! what ends the ground that one stands on, and the key that seals what a maker may read again.
//! What one kind alone decides stands in the folder of its noun.

pub mod check_master_key;
pub mod expire;
pub mod find_people;
pub mod find_user;
pub mod follow_feeds;
pub mod measure;
pub mod redeem;
pub mod settle;
pub(in crate::app) mod standing;
