package main

import (
	"fmt"
	"time"

	"pedigree/internal/config"
)

// ways looks at the places on this machine that partners' files come from and go to, and
// at what their servers are shown. It asks no server, and writes nowhere.
func (e *examination) ways(w config.Ways) {
	const check = "ways"
	wrong, now := false, time.Now()
	note := func(what, name string, err error) {
		if err != nil {
			wrong = true
			e.add(check, doctorWarn, fmt.Sprintf("%s %s: %v", what, name, err), "")
		}
	}
	for _, in := range w.Inlets {
		if in.SFTP == "" { // a server's credential is looked at below
			note("inlet", in.Name, inletOf(in, e.home.credential(config.Credential{})).Inspect(now))
		}
	}
	for _, out := range w.Outlets {
		note("outlet", out.Name, outletOf(out).Inspect())
	}
	for _, c := range w.Credentials {
		note("credential", c.Name, e.home.credential(c).Inspect(now))
	}
	if n := len(w.Inlets) + len(w.Outlets) + len(w.Credentials); n > 0 && !wrong {
		e.add(check, doctorOK, fmt.Sprintf("%s, %s and %s can be used by this user", counted(len(w.Inlets), "inlet", "inlets"),
			counted(len(w.Outlets), "outlet", "outlets"), counted(len(w.Credentials), "credential", "credentials")), "")
	}
}
