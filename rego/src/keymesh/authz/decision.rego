# METADATA
# description: The decision. Every rule is a conjunction over all grants; reasons come from a rule that does not hold.
# schemas:
#   - input: schema.input
package keymesh.authz

# METADATA
# entrypoint: true
decision := used if not issuing

decision := issued if issuing

used := {
	"allow": allow,
	"reasons": [reason | some name in order; some reason in reasons[name]],
	"cap": cap,
}

default allow := false

allow if {
	shape_ok
	action_ok
	ip_ok
	environment_ok
	window_ok
	models_allowed
	models_spared
	tools_allowed
	tools_spared
	modalities_ok
	cap_ok
}

order := [
	"ip.not_allowed", "environment.mismatch", "window.closed", "model.not_allowed", "model.denied",
	"tool.not_allowed", "tool.denied", "modality.not_allowed", "output.cap_exceeded", "policy.undefined",
]

shape_ok if {
	input.subject.type in {"virtual_key", "management_key"}
	is_string(input.context.environment)
	is_array(input.grants)
	every grant in input.grants {
		whole_grant(grant)
	}
	is_array(input.resource.properties.models)
	every model in input.resource.properties.models {
		is_string(model)
	}
	is_array(input.resource.properties.tools)
	every tool in input.resource.properties.tools {
		is_string(tool)
	}
	is_array(input.resource.properties.modalities)
	every modality in input.resource.properties.modalities {
		is_string(modality)
	}
	cap_or_null(input.resource.properties.output_cap)
}

action_ok if {
	input.action.name == "model.invoke"
	count(input.resource.properties.models) > 0
}

action_ok if {
	input.action.name == "tools/call"
	count(input.resource.properties.tools) > 0
}

# A key that is asked about in general, without a model or a tool: whether it may be used here and now.
action_ok if input.action.name == "key.use"

ip_ok if {
	every grant in input.grants {
		grant.ip_ok == true
	}
}

environment_ok if {
	every grant in input.grants {
		environment_fits(grant)
	}
}

window_ok if {
	every grant in input.grants {
		grant.window_ok == true
	}
}

models_allowed if {
	every grant in input.grants {
		every model in input.resource.properties.models {
			allows_model(grant, model)
		}
	}
}

models_spared if {
	every grant in input.grants {
		every model in input.resource.properties.models {
			spares_model(grant, model)
		}
	}
}

tools_allowed if {
	every grant in input.grants {
		every tool in input.resource.properties.tools {
			allows_tool(grant, tool)
		}
	}
}

tools_spared if {
	every grant in input.grants {
		every tool in input.resource.properties.tools {
			spares_tool(grant, tool)
		}
	}
}

modalities_ok if {
	every grant in input.grants {
		every modality in input.resource.properties.modalities {
			allows_modality(grant, modality)
		}
	}
}

cap_ok if {
	every grant in input.grants {
		allows_cap(grant)
	}
}

reasons["ip.not_allowed"] := [{"code": "ip.not_allowed", "value": null}] if not ip_ok

reasons["environment.mismatch"] := [{"code": "environment.mismatch", "value": null}] if not environment_ok

reasons["window.closed"] := [{"code": "window.closed", "value": null}] if not window_ok

reasons["model.not_allowed"] := [{"code": "model.not_allowed", "value": model} |
	some model in input.resource.properties.models
	some grant in input.grants
	not allows_model(grant, model)
] if not models_allowed

reasons["model.denied"] := [{"code": "model.denied", "value": model} |
	some model in input.resource.properties.models
	some grant in input.grants
	not spares_model(grant, model)
] if not models_spared

reasons["tool.not_allowed"] := [{"code": "tool.not_allowed", "value": tool} |
	some tool in input.resource.properties.tools
	some grant in input.grants
	not allows_tool(grant, tool)
] if not tools_allowed

reasons["tool.denied"] := [{"code": "tool.denied", "value": tool} |
	some tool in input.resource.properties.tools
	some grant in input.grants
	not spares_tool(grant, tool)
] if not tools_spared

reasons["modality.not_allowed"] := [{"code": "modality.not_allowed", "value": modality} |
	some modality in input.resource.properties.modalities
	some grant in input.grants
	not allows_modality(grant, modality)
] if not modalities_ok

reasons["output.cap_exceeded"] := [{"code": "output.cap_exceeded", "value": null}] if not cap_ok

reasons["policy.undefined"] := [{"code": "policy.undefined", "value": null}] if not understood

understood if {
	shape_ok
	action_ok
}

# The cap to set where the caller set none: the smallest over the grants.
default cap := null

cap := min(caps) if {
	input.action.name == "model.invoke"
	is_null(input.resource.properties.output_cap)
	count(caps) > 0
}

caps contains grant.default_output if {
	some grant in input.grants
	is_number(grant.default_output)
}

caps contains grant.max_output if {
	some grant in input.grants
	is_number(grant.max_output)
}

# METADATA
# entrypoint: true
tools_visible := [tool |
	shape_ok
	ip_ok
	environment_ok
	window_ok
	some tool in input.resource.properties.tools
	every grant in input.grants {
		allows_tool(grant, tool)
		spares_tool(grant, tool)
	}
]
