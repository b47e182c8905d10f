package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pedigree/internal/config"
	"pedigree/internal/vault"
)

// What doctor thinks of a database server by.
const (
	serverAnswerWarn = 20 * time.Millisecond // each write asks several times
	serverClockWarn  = 5 * time.Second
	serverClockFail  = 5 * time.Minute
)

// storeServer examines the database server of the private store, if it is on one.
func (e *examination) storeServer(ctx context.Context) {
	place, err := e.home.vaultConfig()
	if err != nil || place.URL == "" {
		return // a configuration that is wrong is told of before
	}
	own, err := readCard(e.home.card())
	if err != nil {
		return
	}
	e.server(ctx, place, own.Member.ID)
}

func (e *examination) server(ctx context.Context, place config.Vault, name string) {
	s, err := vault.ExamineServer(ctx, vault.ServerConfig{URL: place.URL, PasswordFile: place.PasswordFile}, name)
	if err != nil {
		e.add("server", doctorFail, err.Error(), vault.ConnectAdvice(err))
		return
	}
	text := fmt.Sprintf("%s answers in %.1f ms", s.Place, s.Answer.Seconds()*1e3)
	if s.Answer > serverAnswerWarn {
		e.add("server", doctorWarn, text, "bring the server nearer, or free it of other work: each write waits for several answers")
	} else {
		e.add("server", doctorOK, text, "")
	}
	if len(s.Broken) > 0 {
		e.add("server version", doctorFail, "PostgreSQL "+s.Version+": "+strings.Join(s.Broken, "; "), "have the server's administrator change it; until then the node doesn't use it")
	} else {
		e.add("server version", doctorOK, "PostgreSQL "+s.Version+", keeps what it acknowledges", "")
	}
	e.serverRights(s)
	e.serverTLS(s)
	e.serverClock(s.ClockAhead)
	e.serverRoom(s)
	e.serverLimits(s)
}

func (e *examination) serverRights(s vault.ServerState) {
	const check = "server rights"
	switch {
	case !s.IsThere && !s.MayMake:
		e.add(check, doctorFail, fmt.Sprintf("%s may not make the schema %s", s.User, s.Schema), "GRANT CREATE ON DATABASE ... TO "+s.User)
	case !s.MayUse:
		e.add(check, doctorFail, fmt.Sprintf("%s may not use the schema %s", s.User, s.Schema), fmt.Sprintf("ALTER SCHEMA %q OWNER TO %s", s.Schema, s.User))
	case s.Foreign != "":
		e.add(check, doctorFail, fmt.Sprintf("%s doesn't own the table %s in %s", s.User, s.Foreign, s.Schema), "give the user everything in the schema (ALTER TABLE ... OWNER TO "+s.User+"), or use the user that made it")
	case s.Superuser:
		e.add(check, doctorWarn, s.User+" is a superuser, who can read and change everything on the server", "use a user of the node's own, as docs/operate/store.md shows")
	case !s.Amcheck:
		e.add(check, doctorWarn, s.User+" may do its work, but not compare indexes with their tables", "have an administrator run CREATE EXTENSION amcheck SCHEMA public; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "+s.User)
	default:
		e.add(check, doctorOK, s.User+" may do what the node does, and no more than its database", "")
	}
}

func (e *examination) serverTLS(s vault.ServerState) {
	const check = "server TLS"
	switch {
	case s.TLS == "" && s.Remote:
		e.add(check, doctorFail, "rows cross the network in clear", "add sslmode=verify-full to vault.url")
	case s.TLS == "":
		e.add(check, doctorOK, "not needed within this machine", "")
	case !s.NamesMatch:
		e.add(check, doctorWarn, s.TLS+", but any server with a certificate of that authority would be believed", "write sslmode=verify-full into vault.url")
	default:
		e.add(check, doctorOK, s.TLS+", and the server proved its name", "")
	}
}

func (e *examination) serverClock(ahead time.Duration) {
	const check, do = "server clock", "run a time service such as chrony on both machines"
	text := fmt.Sprintf("%s ahead of this machine's", ahead.Round(time.Millisecond))
	if ahead < 0 {
		text = fmt.Sprintf("%s behind this machine's", (-ahead).Round(time.Millisecond))
	}
	switch apart := ahead.Abs(); {
	case apart > serverClockFail:
		e.add(check, doctorFail, text, do)
	case apart > serverClockWarn:
		e.add(check, doctorWarn, text, do)
	default:
		e.add(check, doctorOK, text, "")
	}
}

func (e *examination) serverRoom(s vault.ServerState) {
	const check = "server room"
	text := fmt.Sprintf("%d connections are free and nodes of %s have %d; one node takes up to %d", s.Free, s.User, s.Own, s.Wanted)
	do := "raise max_connections on the server, or the limit of the user or the database"
	switch {
	case s.Own == 0 && s.Free < s.Wanted/4:
		e.add(check, doctorFail, text, do)
	case s.Own+s.Free < s.Wanted:
		e.add(check, doctorWarn, text, do)
	default:
		e.add(check, doctorOK, text, "")
	}
}

func (e *examination) serverLimits(s vault.ServerState) {
	const check = "server limits"
	if len(s.Limits) > 0 {
		e.add(check, doctorWarn, strings.Join(s.Limits, "; "), "connect to the server itself or through a pooler in session mode, and take the time-outs off the user (ALTER ROLE "+s.User+" RESET ...)")
		return
	}
	e.add(check, doctorOK, "time-outs are those that the node asks for", "")
}
