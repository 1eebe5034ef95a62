"""The room's pages: home, account, organisation, invitations, the administrators' desk."""
