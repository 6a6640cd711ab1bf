// Asks for the session and the queue while the other scripts of the desk are still on their way.
import { askForSession } from "/static/shared/session.js";
import { follow } from "/static/dispatch/boards.js";

askForSession();
follow();
