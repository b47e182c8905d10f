package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"

	"pedigree/internal/auth"
)

// DemoPerson is somebody as whom anybody at the machine of a demonstration signs in.
type DemoPerson struct {
	Key   string `json:"key"`          // in the link; a secret of the demonstration
	ID    string `json:"id,omitempty"` // the person's id; empty: the owner of the node
	Role  string `json:"role"`         // what they are, in words
	First string `json:"first"`        // the first thing for them to do
	At    string `json:"at"`           // the page on which they begin
	// Elsewhere is the node of another company, where they sign in; empty: this one.
	Elsewhere string `json:"elsewhere,omitempty"`
}

// Link is where the person signs in.
func (p DemoPerson) Link() string { return p.Elsewhere + "/login?person=" + p.Key }

// demoPeople are those of a demonstration; none on every other node.
func (s *Server) demoPeople() []DemoPerson {
	if s.config.Demo == nil {
		return nil
	}
	return s.config.Demo()
}

// loginAsDemo signs somebody in as a person of a demonstration: only from this machine.
func (s *Server) loginAsDemo(w http.ResponseWriter, r *http.Request, key, next string) {
	given := sha256.Sum256([]byte(key))
	for _, p := range s.demoPeople() {
		if own := sha256.Sum256([]byte(p.Key)); subtle.ConstantTimeCompare(given[:], own[:]) != 1 || p.Elsewhere != "" || !fromHere(r) {
			continue
		}
		if next == "/" && p.At != "" {
			next = p.At
		}
		who, err := s.demoPrincipal(r, p)
		if err != nil {
			break
		}
		s.begin(w, r, who, auth.MethodDemo, next)
		return
	}
	s.badSignIn(w, r, "there is no demonstration here with this link, or it is over; pedigree demo prints new ones", next)
}

func (s *Server) demoPrincipal(r *http.Request, p DemoPerson) (auth.Principal, error) {
	if p.ID == "" {
		return auth.OwnerOf(s.config.Org), nil
	}
	if s.config.Access == nil {
		return auth.Principal{}, errors.New("this node knows no people")
	}
	u, err := s.config.Access.Person(r.Context(), s.config.Org, p.ID)
	return auth.New(u.ID, u.Name, auth.Person, s.config.Org, u.Roles...), err
}

// fromHere tells whether a request comes from this machine.
func fromHere(r *http.Request) bool {
	ip := net.ParseIP(addressOf(r))
	return ip != nil && ip.IsLoopback()
}
