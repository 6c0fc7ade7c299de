# What one grant allows. Each rule is positive, with a type check, so that a missing member denies.
package keymesh.authz

import data.keymesh.lib

whole_grant(grant) if {
	is_object(grant)
	lib.whole(grant.models.allow)
	lib.whole(grant.models.deny)
	lib.whole(grant.tools.allow)
	lib.whole(grant.tools.deny)
	lib.whole(grant.modalities)
	is_boolean(grant.ip_ok)
	is_boolean(grant.window_ok)
	is_string(grant.environment)
	cap_or_null(grant.max_output)
	cap_or_null(grant.default_output)
}

cap_or_null(cap) if is_null(cap)

cap_or_null(cap) if {
	is_number(cap)
	cap >= 1
}

environment_fits(grant) if grant.environment == "*"

environment_fits(grant) if grant.environment == input.context.environment

allows_model(grant, model) if lib.matches(grant.models.allow, model)

spares_model(grant, model) if {
	lib.whole(grant.models.deny)
	not lib.matches(grant.models.deny, model)
}

allows_tool(grant, tool) if lib.matches(grant.tools.allow, tool)

spares_tool(grant, tool) if {
	lib.whole(grant.tools.deny)
	not lib.matches(grant.tools.deny, tool)
	not all_of_a_server(tool)
}

# All tools of a remote server are spared when none of them can be denied.
spares_tool(grant, tool) if {
	lib.whole(grant.tools.deny)
	not lib.matches(grant.tools.deny, tool)
	all_of_a_server(tool)
	not lib.may_match_some(grant.tools.deny, substring(tool, 0, count(tool) - 1))
}

all_of_a_server(tool) if {
	startswith(tool, "mcp.")
	endswith(tool, ".*")
}

allows_modality(grant, modality) if lib.matches(grant.modalities, modality)

allows_cap(grant) if is_null(grant.max_output)

allows_cap(grant) if {
	is_number(grant.max_output)
	is_null(input.resource.properties.output_cap)
}

allows_cap(grant) if {
	is_number(grant.max_output)
	is_number(input.resource.properties.output_cap)
	input.resource.properties.output_cap <= grant.max_output
}
