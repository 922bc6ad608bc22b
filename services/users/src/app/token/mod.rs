//! Tokens for programs: API tokens that a person keeps, and signed ones that a service reads without
//! asking. The keys that sign stand in `key`.

pub mod api_tokens;
pub mod create_api_token;
pub mod issue_token;
pub mod resolve_api_token;
