//! The way elsewhere, for whoever is signed in.

use maud::{Markup, html};

use crate::visitor::{Member, Visitor};
use crate::words::fill;

impl Visitor {
    /// What stands above every page, or beside it where there is room.
    pub(crate) fn header(&self) -> Markup {
        html! {
            header {
                a.home href="/" { (self.site()) }
                @if let Some(member) = self.member() { (self.navigation(member)) }
            }
        }
    }

    fn navigation(&self, member: &Member) -> Markup {
        let words = self.language().frame();
        let mut places = vec![
            ("/c", words.channels),
            ("/invite", words.invite),
            ("/invitations", words.invitations),
            ("/groups", words.groups),
            ("/namespaces", words.namespaces),
            ("/settings", words.settings),
        ];
        if member.is_super_user {
            places.extend([("/people", words.people), ("/admin", words.admin)]);
        }
        html! {
            nav aria-label=(words.navigation) {
                ul {
                    li {
                        a href="/inbox" aria-current=[self.is_at("/inbox")] {
                            (words.inbox)
                            @if let Some(count) = member.waiting.filter(|count| *count > 0) {
                                " " span.count aria-hidden="true" { (count) }
                                span.unseen { ", " (fill(words.waiting, &[("count", &count.to_string())])) }
                            }
                        }
                    }
                    @for (place, name) in places {
                        li { a href=(place) aria-current=[self.is_at(place)] { (name) } }
                    }
                }
            }
            form.out method="post" action=(self.action("/logout")) {
                span.quiet { (member.name) }
                button.plain { (words.sign_out) }
            }
        }
    }

    /// What marks the place where one is.
    fn is_at(&self, place: &str) -> Option<&'static str> {
        let below = self.path().strip_prefix(place)?;
        match below {
            "" => Some("page"),
            below => below.starts_with('/').then_some("true"),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn whoever_is_signed_in_finds_everything() {
        let request = TestRequest::get()
            .uri("/invitations/inv_3")
            .to_http_request();
        let visitor = Visitor::of(&request);
        assert!(!visitor.header().into_string().contains("<nav"));
        let member = visitor.signed_in("<b>").with_waiting(3);
        let header = member.header().into_string();
        for place in ["/inbox", "/c", "/invite", "/invitations", "/settings"] {
            assert!(header.contains(&format!("<a href=\"{place}\"")), "{header}");
        }
        assert!(header.contains("<a href=\"/invitations\" aria-current=\"true\">"));
        assert_eq!(header.matches("aria-current").count(), 1, "{header}");
        assert!(header.contains("&lt;b&gt;") && header.contains(", 3 waiting"));
        assert!(header.contains("action=\"/logout?form="), "{header}");
        let places = ["/people", "/admin"].map(|place| format!("<a href=\"{place}\""));
        assert!(
            places.iter().all(|place| !header.contains(place)),
            "{header}"
        );
        let header = member.clone().as_super_user(true).header().into_string();
        assert!(
            places.iter().all(|place| header.contains(place)),
            "{header}"
        );
        let none = member.with_waiting(0).header().into_string();
        assert!(!none.contains("waiting"), "{none}");
    }
}
