//! Taking back that somebody is blocked.

use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::inbox::{Place, led_to};

both_databases!(a_block_is_taken_back);

async fn a_block_is_taken_back(backend: Backend) {
    let place = Place::new(backend);
    let offer = place.offer(place.channel_grant()).await;
    let blocked = place.press(place.guest, &offer, "block", "").await;
    assert_eq!(led_to(&blocked), (303, "/inbox?done=blocked"));
    let page = place.site.get_as(place.guest, "/settings/blocks").await;
    assert_eq!(
        (page.status, heading(&page)),
        (200, "Whom you have blocked")
    );
    assert!(page.body.contains("<p>owner</p>"), "{}", page.body);
    let account = place.owner.to_string();
    let request = TestRequest::post().uri("/settings/blocks");
    let request = request.set_form([("account", account.as_str())]);
    let request = request.insert_header(place.site.cookie(place.guest));
    let undone = place.site.send(request).await;
    assert_eq!(led_to(&undone), (303, "/settings/blocks"));
    let page = place.site.get_as(place.guest, "/settings/blocks").await;
    assert!(page.body.contains("Nobody."), "{}", page.body);
}
