package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// begunCeremony is the first step's answer to a browser.
type begunCeremony struct {
	Ceremony string `json:"ceremony" doc:"To be sent back with the answer"`
	Options  any    `json:"options" doc:"For navigator.credentials, with binary values as base64url"`
}

// addPasskeyPages registers the steps of signing in with a passkey and of registering
// one. They are open: who takes them is not known yet.
func (s *Server) addPasskeyPages() {
	s.HandleOpen("GET /invitation", func(w http.ResponseWriter, _ *http.Request) {
		s.showPage(w, http.StatusOK, signingIn{Invited: true})
	})
	s.HandleOpen("POST /login/passkey/begin", s.attempt(func(w http.ResponseWriter, r *http.Request, _ *ceremonyIn) error {
		id, options, err := s.config.Passkeys.BeginSignIn()
		return s.begun(w, id, options, err)
	}))
	s.HandleOpen("POST /login/passkey/finish", s.attempt(func(w http.ResponseWriter, r *http.Request, in *ceremonyIn) error {
		p, err := s.config.Passkeys.FinishSignIn(r.Context(), in.Ceremony, in.Answer)
		if err != nil {
			return err
		}
		return s.signedIn(w, r, p)
	}))
	s.HandleOpen("POST /invitation/begin", s.attempt(func(w http.ResponseWriter, r *http.Request, in *ceremonyIn) error {
		id, options, _, err := s.config.Passkeys.BeginRegistration(r.Context(), in.Invitation)
		return s.begun(w, id, options, err)
	}))
	s.HandleOpen("POST /invitation/finish", s.attempt(func(w http.ResponseWriter, r *http.Request, in *ceremonyIn) error {
		p, err := s.config.Passkeys.FinishRegistration(r.Context(), in.Ceremony, in.Name, in.Answer)
		if err != nil {
			return err
		}
		s.record(r.Context(), p.Org, p.ID, "register-passkey", "person "+p.ID, "done")
		return s.signedIn(w, r, p)
	}))
}

// ceremonyIn is what a browser sends in a step.
type ceremonyIn struct {
	Ceremony   string          `json:"ceremony"`
	Invitation string          `json:"invitation"`
	Name       string          `json:"name"`
	Answer     json.RawMessage `json:"answer"`
}

// attempt reads a step and bounds how many an address takes.
func (s *Server) attempt(step func(http.ResponseWriter, *http.Request, *ceremonyIn) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.config.Passkeys == nil || s.config.Access == nil {
			s.refuse(w, http.StatusNotFound, "this node has no passkeys")
			return
		}
		if wait, ok := s.rates.steps.Take(addressOf(r)); !ok {
			s.tooMany(w, wait)
			return
		}
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, formBytesMax))
		var in ceremonyIn
		if err == nil {
			err = strictJSON.Unmarshal(raw, &in)
		}
		if err != nil {
			s.refuse(w, http.StatusBadRequest, "the step can't be read")
			return
		}
		if err := step(w, r, &in); err != nil {
			s.failedStep(w, r, err)
		}
	}
}

// failedStep tells a browser that a step failed, and nobody why a sign-in did.
func (s *Server) failedStep(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, auth.ErrSeal) {
		err = auth.ErrSeal // which row it is tells the log alone
	}
	if !errors.Is(err, auth.ErrUnknown) {
		writeRefusal(w, err)
		return
	}
	if wait, ok := s.rates.signIn.Take(addressOf(r)); !ok {
		s.tooMany(w, wait)
		return
	}
	why := "refused"
	if errors.Is(err, auth.ErrCloned) {
		why = "refused: the passkey's counter went back; it is blocked"
	}
	_, pattern := s.mux.Handler(r)
	s.record(r.Context(), s.config.Org, "?", "sign-in", pattern, why)
	s.config.Log.Debug("a sign-in was refused", "error", err)
	s.refuse(w, http.StatusUnauthorized, "that did not work: the passkey or the invitation is not known here, too old or used already; begin again")
}

func (s *Server) begun(w http.ResponseWriter, id string, options any, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, begunCeremony{id, options})
	return nil
}

// signedIn begins a session for a browser's script, which loads the next page itself.
func (s *Server) signedIn(w http.ResponseWriter, r *http.Request, p auth.Principal) error {
	cookie, err := s.newSession(r, p, auth.MethodPasskey)
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie)
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, map[string]string{"name": p.Name})
	return nil
}

// addInvitations registers the route that invites a person.
func addInvitations(s *Server, a *auth.Access) {
	type idIn struct {
		ID string `path:"id" maxLength:"49" doc:"The person's id"`
	}
	type invitation struct {
		Link  string    `json:"link" doc:"The address at which the person registers a passkey, once; shown this once"`
		Until time.Time `json:"until" doc:"When it ends"`
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "invite-person", Method: http.MethodPost, Path: "/api/v1/people/{id}/invitation", Summary: "Make the link with which a person registers a passkey",
	}, auth.GrantPower), func(ctx context.Context, in *idIn) (*body[invitation], error) {
		secret, until, err := a.Invite(ctx, asker(ctx).Org, in.ID)
		return &body[invitation]{invitation{s.config.Origin + "/invitation#" + secret, until}}, Refuse(err)
	})
}
