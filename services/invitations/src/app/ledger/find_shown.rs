//! Finding an invitation by whatever id a contract shows.

use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use uuid::Uuid;

use crate::app::App;
use crate::domain::choir::PublicId;
use crate::domain::claim::Which;
use crate::domain::invitation::InvitationId;
use crate::store::choir::choirs;
use crate::store::group::join_requests;

/// Which invitation is meant: by its number, the UUID of the group contract, the 32 characters of a
/// choir invitation, or the token of a registration invitation. What comes out may still name
/// nothing.
pub(crate) async fn find_shown(app: &App, id: &str) -> Result<Option<Which>, Fault> {
    if let Ok(uuid) = Uuid::try_parse(id) {
        let uuid = uuid.hyphenated().to_string();
        let number = app
            .db
            .look(move |conn| join_requests::invitation_of(conn, &uuid))
            .await?;
        // A UUID without its hyphens may be another contract's id.
        if let Some(number) = number {
            return Ok(Some(Which::Id(number)));
        }
    }
    // First, because 32 digits could be read as a number.
    if let Some(id) = PublicId::parse(id) {
        let number = app
            .db
            .look(move |conn| choirs::number_of(conn, &id))
            .await?;
        return Ok(number.map(Which::Id));
    }
    if let Ok(number) = id.parse() {
        return Ok(Some(Which::Id(InvitationId(number))));
    }
    Ok((!id.is_empty()).then(|| Which::Secret(TokenHash::of(id))))
}
