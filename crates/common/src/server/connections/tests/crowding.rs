//! Who is let in, and who makes room.

use std::net::IpAddr;

use super::*;
use crate::auth::UserId;
use crate::server::Network;
use crate::server::connections::crowd::Place;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn crowd(connections: usize, per_address: usize) -> Arc<Crowd> {
    let bounds = Bounds {
        connections,
        per_address: Some(per_address),
        trusted: vec![Network::parse("10.0.0.0/8").unwrap()],
        ..BOUNDS
    };
    Crowd::new("test", bounds)
}

/// A connection that the server has worked for without a pause since then.
fn works(place: &Place, since: u64) {
    place.member.waiting_since.store(0, Ordering::Relaxed);
    place.member.busy_since.store(since, Ordering::Relaxed);
}

/// A live stream that is read.
fn streams(place: &Place) {
    works(place, 0);
}

/// One that has kept the server waiting since then.
fn waits(place: &Place, since: u64) {
    place.member.waiting_since.store(since, Ordering::Relaxed);
    place.member.busy_since.store(since, Ordering::Relaxed);
}

fn is_dismissed(place: &Place) -> bool {
    place.member.is_dismissed()
}

/// Ends with the answer in hand.
fn is_asked(place: &Place) -> bool {
    leaves(place) && place.member.is_asked()
}

fn leaves(place: &Place) -> bool {
    place.member.is_leaving.load(Ordering::Relaxed)
}

#[test]
fn the_one_that_waits_longest_makes_room() {
    let crowd = crowd(3, 100);
    let admit = |last: u8| crowd.admit(IpAddr::from([192, 0, 2, last])).unwrap();
    let places = [admit(1), admit(2), admit(3)];
    waits(&places[0], 50);
    streams(&places[1]);
    waits(&places[2], 20);
    let fourth = admit(4);
    waits(&fourth, 70);
    assert_eq!(places.each_ref().map(leaves), [false, false, true]);
    let fifth = admit(5);
    waits(&fifth, 10);
    assert_eq!(places.each_ref().map(leaves), [true, false, true]);
    streams(&fourth);
    streams(&fifth);
    assert!(
        crowd.admit(address("192.0.2.6")).is_none(),
        "all are live streams"
    );
    // One that has left is no more in the way than one that is about to.
    drop(places);
    let _sixth = admit(6);
    assert!(crowd.admit(address("192.0.2.7")).is_none());
    assert_eq!(crowd.count(), 3);
}

#[test]
fn who_is_worked_for_makes_room_with_the_answer_in_hand() {
    let crowd = crowd(3, 100);
    let admit = |last: u8| crowd.admit(IpAddr::from([192, 0, 2, last])).unwrap();
    let places = [admit(1), admit(2), admit(3)];
    works(&places[0], 20);
    waits(&places[1], 30);
    streams(&places[2]);
    // Whoever came first, whether it is waited for or not, and newcomers last.
    let next = [admit(4), admit(5)];
    assert!(is_asked(&places[0]) && is_dismissed(&places[1]) && !leaves(&places[2]));
    assert!(!next.iter().any(leaves));
    // What it has of memory it gives back when it is not taken.
    waits(&places[0], 20);
    crowd.hold(&places[0].member, 200_000);
    assert!(is_dismissed(&places[0]));
}

#[test]
fn a_slow_answer_in_hand_is_not_waited_for_when_many_have_come() {
    let crowd = crowd(100, 100);
    let mut places = Vec::new();
    for nth in 1..=134 {
        let place = crowd.admit(address("192.0.2.1")).unwrap();
        works(&place, nth);
        places.push(place);
    }
    let ends: Vec<_> = places
        .iter()
        .map(|one| (is_dismissed(one), is_asked(one)))
        .collect();
    assert!(ends[..2].iter().all(|end| *end == (true, false)));
    assert!(ends[2..34].iter().all(|end| *end == (false, true)));
    assert!(ends[34..].iter().all(|end| *end == (false, false)));
    // One that has gone is asked for nothing.
    drop(places.drain(2..4));
    let _more = [(); 2].map(|()| crowd.admit(address("192.0.2.1")).unwrap());
    assert!(!places.iter().skip(2).any(is_dismissed));
    assert_eq!(crowd.losses().untold().as_deref(), Some("made_room 2"));
}

#[test]
fn strangers_have_a_share_and_make_room_for_each_other() {
    let bounds = Bounds {
        connections: 100,
        strangers: Some(2),
        trusted: vec![Network::parse("10.0.0.0/8").unwrap()],
        ..BOUNDS
    };
    let crowd = Crowd::new("test", bounds);
    let known = crowd.admit(address("192.0.2.1")).unwrap();
    waits(&known, 1);
    for _ in 0..2 {
        crowd.knows(&known.member, UserId(1));
    }
    let one = crowd.admit(address("192.0.2.1")).unwrap();
    let two = crowd.admit(address("192.0.2.2")).unwrap();
    waits(&one, 30);
    waits(&two, 20);
    let three = crowd.admit(address("192.0.2.3")).unwrap();
    streams(&three);
    // Whoever is known keeps the place, and so does whoever is a gateway.
    let gateways = [(); 8].map(|()| crowd.admit(address("10.0.0.1")).unwrap());
    assert!(leaves(&two) && !leaves(&one) && !leaves(&known));
    streams(&one);
    assert!(
        crowd.admit(address("192.0.2.4")).is_none(),
        "all are live streams"
    );
    // One that is about to leave, or has left, is no more in the way; nor is one that is known by now.
    crowd.knows(&two.member, UserId(2));
    drop(two);
    crowd.knows(&one.member, UserId(2));
    let four = crowd.admit(address("192.0.2.4")).unwrap();
    streams(&four);
    assert!(crowd.admit(address("192.0.2.5")).is_none());
    drop((three, four));
    let five = [(); 2].map(|()| crowd.admit(address("192.0.2.5")).unwrap());
    streams(&five[0]);
    streams(&five[1]);
    assert!(crowd.admit(address("192.0.2.5")).is_none());
    assert_eq!(crowd.count(), 12);
    drop(gateways);
}

#[test]
fn a_person_keeps_some_places_and_is_a_stranger_with_more() {
    let bounds = Bounds {
        connections: 100,
        strangers: Some(1),
        per_person: 2,
        ..BOUNDS
    };
    let crowd = Crowd::new("test", bounds);
    let comes = |person| {
        let place = crowd.admit(address("192.0.2.1")).unwrap();
        waits(&place, 1);
        crowd.knows(&place.member, UserId(person));
        place
    };
    let first = [comes(1), comes(1)];
    let third = comes(1);
    let other = comes(2);
    assert!(leaves(&third), "it was a stranger's");
    assert!(!first.iter().chain([&other]).any(leaves));
    // One that has gone makes room for another.
    drop(first);
    drop(third);
    let next = [comes(1), comes(1)];
    let _stranger = comes(1);
    assert!(!next.iter().any(leaves));
}

#[test]
fn one_address_takes_only_its_own_places() {
    let crowd = crowd(100, 2);
    let one = crowd.admit(address("192.0.2.1")).unwrap();
    let two = crowd.admit(address("192.0.2.1")).unwrap();
    let other = crowd.admit(address("192.0.2.2")).unwrap();
    for (place, since) in [(&one, 30), (&two, 20), (&other, 10)] {
        waits(place, since);
    }
    let three = crowd.admit(address("::ffff:192.0.2.1")).unwrap();
    assert!(leaves(&two) && !leaves(&one) && !leaves(&other));
    streams(&one);
    streams(&three);
    assert!(crowd.admit(address("192.0.2.1")).is_none());
    assert!(crowd.admit(address("192.0.2.2")).is_some());
    drop(three);
    assert!(crowd.admit(address("192.0.2.1")).is_some());
}

#[test]
fn a_network_of_64_bits_is_one_address() {
    let crowd = crowd(100, 1);
    let one = crowd.admit(address("2001:db8:0:1::1")).unwrap();
    streams(&one);
    assert!(crowd.admit(address("2001:db8:0:1:ffff::2")).is_none());
    assert!(crowd.admit(address("2001:db8:0:2::1")).is_some());
}

#[test]
fn a_gateway_is_not_counted_by_address() {
    let crowd = crowd(4, 1);
    let places: Vec<_> = (0..4)
        .map(|_| crowd.admit(address("10.1.2.3")).unwrap())
        .collect();
    // What lies there of a gateway's makes no room.
    let talks = places.iter().map(|place| Talk::new(place, TERMS));
    drop(talks.collect::<Vec<_>>());
    assert!(crowd.admit(address("192.0.2.1")).is_none());
    // A head that it has begun and does not finish does.
    let talk = Talk::new(&places[1], TERMS);
    talk.take(&mut talk.state().borrow_mut(), b"GET / HTTP/1.1");
    let _first = crowd.admit(address("192.0.2.2")).unwrap();
    assert!(leaves(&places[1]) && !leaves(&places[0]));
    // A body that it waits for is one client's doing.
    Talk::new(&places[0], TERMS).begun(Some(framing::Body::Sized(5)));
    assert!(crowd.admit(address("192.0.2.1")).is_some());
    assert!(leaves(&places[0]));
}

#[test]
fn whoever_waits_longest_with_most_in_its_hands_is_relieved_of_it() {
    let crowd = crowd(100, 100);
    let places: Vec<_> = (1..=5)
        .map(|last| crowd.admit(IpAddr::from([192, 0, 2, last])).unwrap())
        .collect();
    for (place, since) in places.iter().zip([50, 10, 30, 0, 20]) {
        waits(place, since);
    }
    for place in places.iter().take(4) {
        crowd.hold(&place.member, 25_000);
    }
    assert!(!places.iter().any(leaves), "there is room for 100,000");
    crowd.hold(&places[0].member, 30_000);
    let leaving: Vec<bool> = places.iter().map(leaves).collect();
    assert_eq!(leaving, [false, true, true, false, false]);
    assert!(!crowd.may_hold(&places[4].member, 1), "they have it still");
    drop(places);
    assert_eq!(crowd.held(), 0);
}
