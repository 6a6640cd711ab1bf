// Asks for the queue while the other scripts of the desk are still on their way.
import { follow } from "/static/dispatch/boards.js";

follow();
