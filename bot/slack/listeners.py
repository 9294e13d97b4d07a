"""What is listened to: each listener takes what came as typed values, calls one flow and shows the result.

A listener commits before it acknowledges. Nobody may count on Slack to send a click again, so what failed is said at
once, and the version on a button makes a second click harmless.
"""

from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.flows.desk import Action
from bot.slack import buttons, cards, commands, modals
from bot.slack.answers import answer
from bot.slack.deps import Deps, Desk
from bot.slack.gate import Right, may
from bot.text import errors as error_words
from bot.text import listings
from bot.text.details import happened
from store.errors import CaseworkError, StaleCase
from store.protocol.case import Actor

Body = dict[str, Any]

COMMAND: Final = "/moves"


def register_listeners(app: App, deps: Deps) -> None:
    """All that is listened to, in one place; the manifest is tested against it."""
    desk = Listeners(deps.desk)
    app.command(COMMAND)(desk.moves)
    app.action(buttons.DETAILS)(desk.show_details)
    app.action(buttons.ASK_SCHOOL)(desk.ask_school)
    app.action(buttons.PUT_ON_PANEL)(desk.put_on_panel)


class Listeners:
    """The listeners, bound to the desk they ask."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def moves(self, ack: Ack, body: Body, context: BoltContext) -> BoltResponse:
        """`/moves …`: a private answer."""
        return answer(
            body, ack, answer_to(commands.parse(body.get("text", "")), self._desk, context["actor"])
        )

    def show_details(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> BoltResponse:
        """*Details*: the view is opened first, because the permission to open one lasts three seconds."""
        pressed = _pressed(body)
        opened = client.views_open(trigger_id=body["trigger_id"], view=modals.loading(pressed.reference))
        context["view_id"] = opened["view"]["id"]
        redraw(client, context["view_id"], modals.case_details(self._desk.details(pressed.reference)))
        return ack()

    def ask_school(self, ack: Ack, body: Body, context: BoltContext) -> BoltResponse:
        """*Ask the school*, already confirmed (R26)."""
        pressed, actor = _pressed(body), context["actor"]
        return answer(body, ack, self._done(Action.ASK_SCHOOL, self._desk.ask_school, pressed, actor))

    def put_on_panel(self, ack: Ack, body: Body, context: BoltContext) -> BoltResponse:
        """*Put on panel*, already confirmed (R15)."""
        pressed, actor = _pressed(body), context["actor"]
        return answer(body, ack, self._done(Action.PUT_ON_PANEL, self._desk.put_on_panel, pressed, actor))

    def _done(
        self, action: Action, flow: Callable[..., object], on: buttons.Pressed, by: Actor
    ) -> cards.Content:
        """Do it, and say so; a late click is told who was first."""
        try:
            flow(on.reference, by=by, version=on.version)
        except StaleCase as error:
            return cards.private_line(f"{on.reference}: {self._first(action, on.reference) or _said(error)}")
        except CaseworkError as error:
            return cards.private_line(f"{on.reference}: {_said(error)}")
        return cards.private_line(f"{on.reference}: {listings.DONE[action]}")

    def _first(self, action: Action, reference: str) -> str:
        """Who has just done what this click asks for, and when; "" when the case has changed in another way."""
        timeline = self._desk.details(reference).timeline
        if not timeline or timeline[-1].what != RECORDED[action]:
            return ""
        return error_words.already_done(happened(timeline[-1].what), timeline[-1].who, timeline[-1].at)


RECORDED: Final = {Action.ASK_SCHOOL: "SchoolAsked", Action.PUT_ON_PANEL: "PutOnAgenda"}
"""The event that an action leaves in a case's timeline."""


def answer_to(command: commands.Command, desk: Desk, actor: Actor) -> cards.Content:
    """The private answer to a command."""
    details = may(actor, Right.DETAILS)
    match command:
        case commands.Cases():
            return cards.cases_answer(desk.cases(), details=details)
        case commands.OneCase(reference):
            found = desk.details(reference)
            actions = found.actions if may(actor, Right.CHANGE) else ()
            return cards.case_answer(found.line, actions, details=details)
        case commands.Panel(on):
            panel = desk.panel(on)
            return (
                cards.panel_answer(panel, details=details)
                if panel
                else cards.private_line(listings.no_panel(on))
            )
        case commands.NoDate():
            return cards.private_line(listings.NOT_A_DATE)
        case commands.Help():
            return cards.help_answer()
        case commands.Unknown():
            return cards.help_answer(unknown=True)


def redraw(client: WebClient, view_id: str, view: modals.View) -> None:
    """Put something else into an open view. When its reader has closed it, there is nothing to do."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise


def _pressed(body: Body) -> buttons.Pressed:
    return buttons.pressed(str(body["actions"][0].get("value", "")))


def _said(error: CaseworkError) -> str:
    return error_words.of_casework(error)
