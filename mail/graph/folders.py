"""The folders that letters are moved to: found under the inbox by name, or made once."""

from collections.abc import Mapping

from mail.graph.connection import Graph
from mail.graph.troubles import FOLDER_EXISTS, Trouble


class Folders:
    """The inbox and its folders by name, each id asked for once."""

    def __init__(self, graph: Graph, inbox: str) -> None:
        self._graph = graph
        self._inbox = inbox
        self._ids: dict[str, str] = {}

    @property
    def inbox(self) -> str:
        """The id of the folder that letters come to. Raises `Trouble`."""
        if self._inbox not in self._ids:
            answer = self._graph.get(self._graph.at("mailFolders", self._inbox), {"$select": "id"})
            self._ids[self._inbox] = str(answer["id"])
        return self._ids[self._inbox]

    def named(self, name: str) -> str:
        """The id of a folder under the inbox, made where it is missing. Raises `Trouble`."""
        if name not in self._ids:
            self._ids[name] = self._found(name) or self._made(name)
        return self._ids[name]

    def forget(self, name: str) -> None:
        """Somebody has taken the folder away."""
        self._ids.pop(name, None)

    def _children(self) -> str:
        return self._graph.at("mailFolders", self.inbox, "childFolders")

    def _found(self, name: str) -> str:
        quoted = name.replace("'", "''")
        query: Mapping[str, str] = {"$filter": f"displayName eq '{quoted}'", "$select": "id,displayName"}
        rows = self._graph.listing(self._children(), query).rows
        return next((str(row["id"]) for row in rows if row.get("displayName") == name), "")

    def _made(self, name: str) -> str:
        try:
            return str(self._graph.post(self._children(), {"displayName": name}, patient=True)["id"])
        except Trouble as error:
            made_meanwhile = self._found(name) if error.code == FOLDER_EXISTS else ""
            if not made_meanwhile:
                raise
            return made_meanwhile
