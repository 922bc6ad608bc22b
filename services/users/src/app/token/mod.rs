//! Tokens for programs: API tokens that a person keeps, and signed ones that a service reads without
//! asking. The keys that sign stand in `key`.

pub(crate) mod api_tokens;
pub(crate) mod create_api_token;
pub(crate) mod issue_token;
pub(crate) mod resolve_api_token;
