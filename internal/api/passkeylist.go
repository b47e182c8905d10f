package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// addPasskeyList registers the routes that list passkeys and end one.
func addPasskeyList(s *Server, a *auth.Access) {
	huma.Get(s.API, "/api/v1/passkeys", func(ctx context.Context, _ *struct{}) (*body[[]auth.Passkey], error) {
		list, err := a.PasskeysOf(ctx, asker(ctx).Org, asker(ctx).ID)
		return &body[[]auth.Passkey]{list}, Refuse(err)
	}, described("list-own-passkeys", "Your own passkeys"), Needs(auth.OwnSession))
	type ownIn struct {
		Key string `path:"key" maxLength:"2048" doc:"The passkey's id"`
	}
	huma.Delete(s.API, "/api/v1/passkeys/{key}", func(ctx context.Context, in *ownIn) (*struct{}, error) {
		return nil, Refuse(a.EndPasskey(ctx, asker(ctx), asker(ctx).ID, in.Key))
	}, described("end-own-passkey", "End a passkey of your own, and all your sessions"), Needs(auth.OwnSession))
	type listIn struct {
		ID string `path:"id" maxLength:"49" doc:"The person's id"`
	}
	huma.Get(s.API, "/api/v1/people/{id}/passkeys", func(ctx context.Context, in *listIn) (*body[[]auth.Passkey], error) {
		list, err := a.PasskeysOf(ctx, asker(ctx).Org, in.ID)
		return &body[[]auth.Passkey]{list}, Refuse(err)
	}, described("list-passkeys", "A person's passkeys"), Needs(auth.ManagePeople))
	type endIn struct {
		ID  string `path:"id" maxLength:"49" doc:"The person's id"`
		Key string `path:"key" maxLength:"2048" doc:"The passkey's id"`
	}
	huma.Delete(s.API, "/api/v1/people/{id}/passkeys/{key}", func(ctx context.Context, in *endIn) (*struct{}, error) {
		return nil, Refuse(a.EndPasskey(ctx, asker(ctx), in.ID, in.Key))
	}, described("end-passkey", "End a person's passkey, and all the person's sessions"), Needs(auth.ManagePeople))
}
