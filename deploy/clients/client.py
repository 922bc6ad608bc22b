"""A link from its making to its end, by the client that openapi-python-client makes of our document."""

import os
from urllib.parse import parse_qs, urlsplit

from latchkey_client import AuthenticatedClient, Client
from latchkey_client.api.guests import preview_invitation, redeem
from latchkey_client.api.invitations import create_invitation, list_redemptions, revoke_invitation
from latchkey_client.models import (
    CreateInvitation,
    CreateInvitationLanding,
    MadeInvitation,
    Preview,
    Problem,
    Redeem,
    RedeemAccount,
    Redemption,
    RedemptionState,
    Redemptions,
    RevokeInvitation,
    SeenChannelGrant,
    ShowSecret,
    WantedAccount,
    WantedChannel,
    WantedChannelPermissionsItem,
)
from latchkey_client.models.list_redemptions_order import ListRedemptionsOrder

URL, TOKEN = os.environ["LATCHKEY_URL"], os.environ["LATCHKEY_TOKEN"]
NAME, CHANNEL = os.environ["LATCHKEY_NAME"], os.environ["LATCHKEY_CHANNEL"]
GUESTS = ["python-one", "python-two", "python-three"]

me = AuthenticatedClient(base_url=URL, token=TOKEN, raise_on_unexpected_status=True)
nobody = Client(base_url=URL, raise_on_unexpected_status=True)


def of(kind, answer):
    """The answer, which must be of this kind."""
    assert isinstance(answer, kind), answer
    return answer


def come(name):
    account = RedeemAccount(username=name, password="correct horse")
    return redeem.sync(client=nobody, body=Redeem(secret=link.secret.secret, account=account))


# A link for three: an account, and a place in a channel, where they arrive.
writes = [WantedChannelPermissionsItem.WRITE]
wish = CreateInvitation(
    grants=[WantedAccount(type_="account"), WantedChannel("channel", CHANNEL, writes)],
    max_uses=3,
    landing=CreateInvitationLanding(channel=CHANNEL, welcome="Hello"),
)
link = of(
    MadeInvitation,
    create_invitation.sync(client=me, body=wish, idempotency_key="python-link"),
)
again = create_invitation.sync(client=me, body=wish, idempotency_key="python-link")
assert of(MadeInvitation, again).id == link.id

preview = preview_invitation.sync(client=nobody, body=ShowSecret(link.secret.secret))
preview = of(Preview, preview)
assert (preview.inviter, preview.uses_left, preview.landing) == (NAME, 3, "Shed"), preview
assert of(SeenChannelGrant, preview.grants[1]).channel == CHANNEL

for name in GUESTS:
    came = of(Redemption, come(name))
    assert came.state == RedemptionState.SETTLED and came.username == name, came
    assert [one.outcome.value for one in came.grants] == ["given", "given"], came
    assert came.landing.welcome == "Hello", came
refused = of(Problem, come("python-four"))
assert (refused.status, refused.code) == (410, "invitation-used-up"), refused

# Whom it let in, a page of one after the other.
roster, cursor = [], None
while True:
    part = list_redemptions.sync(
        link.id,
        client=me,
        limit=1,
        order=ListRedemptionsOrder.CREATED_AT,
        **({"cursor": cursor} if cursor else {}),
    )
    part = of(Redemptions, part)
    roster += [one.username for one in part.data]
    if part.next_ is None:
        break
    (cursor,) = parse_qs(urlsplit(part.next_).query)["cursor"]
assert roster == GUESTS, roster

# What has ended stays so, and what is wrong is told with its place.
ended = revoke_invitation.sync(link.id, client=me, body=RevokeInvitation())
assert of(Problem, ended).code == "invitation-ended", ended
nowhere = CreateInvitation(grants=[WantedChannel("channel", "chn_999999", [])])
wrong = of(Problem, create_invitation.sync(client=me, body=nowhere))
assert wrong.status == 422 and wrong.errors[0].pointer == "#/grants/0", wrong
