"""The coordinator on many machines: Kafka, Faust, Redis. Nothing of the domain knows of it.

A signal's way through the rooms: `gateway` takes it over HTTP, `publisher` hands it to brokers,
`inputs` reads it from the cursor in the log, `ownership` decides it with the engine and writes to
`partition`; `outlets` tell people and peers; `inboxes` and `receipts` keep what they ask for.

Beside that way: `topics` and `registry` say what there is, `app` and `worker` who owns it,
`running` is the process, `positions`, `dead_letters` and `measuring` stand by, `archive` and
`asyncapi` are for those who operate and those who connect.
"""
