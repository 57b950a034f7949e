using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Which search attributes there are, and a namespace's own ones.</summary>
internal sealed class SearchAttributeFrontend(NamespaceRegistry namespaces)
{
    public static void Map(ServiceMap map) =>
        map.Add<GetSearchAttributesRequest, GetSearchAttributesResponse>("GetSearchAttributes", _ =>
        {
            var response = new GetSearchAttributesResponse();
            foreach (var (name, type) in SearchAttributeRegistry.BuiltIn.Concat(SearchAttributeRegistry.Predefined).Concat(SearchAttributeRegistry.ColumnNames))
            {
                response.Keys[name] = type;
            }

            return response;
        });

    public void MapOperator(ServiceMap map)
    {
        map.Add<ListSearchAttributesRequest, ListSearchAttributesResponse>("ListSearchAttributes", List);
        map.Add<AddSearchAttributesRequest, AddSearchAttributesResponse>("AddSearchAttributes", AddAsync);
        map.Add<RemoveSearchAttributesRequest, RemoveSearchAttributesResponse>("RemoveSearchAttributes", RemoveAsync);
    }

    private ListSearchAttributesResponse List(ListSearchAttributesRequest request)
    {
        var response = new ListSearchAttributesResponse();
        foreach (var (name, type) in Namespace(request.Namespace).SearchAttributes.Custom)
        {
            response.CustomAttributes[name] = type;
        }

        foreach (var (name, type) in SearchAttributeRegistry.BuiltIn.Concat(SearchAttributeRegistry.Predefined))
        {
            response.SystemAttributes[name] = type;
        }

        return response;
    }

    private async ValueTask<AddSearchAttributesResponse> AddAsync(AddSearchAttributesRequest request)
    {
        if (request.SearchAttributes.Count == 0)
        {
            throw ServiceErrors.InvalidArgument("SearchAttributes are not set on request.");
        }

        await namespaces.UpdateAsync(Namespace(request.Namespace).Name, record =>
        {
            foreach (var (name, type) in request.SearchAttributes)
            {
                if (name.StartsWith("Temporal", StringComparison.Ordinal) || IsFixed(name))
                {
                    throw ServiceErrors.InvalidArgument($"Search attribute {name} is reserved by system.");
                }

                if (record.SearchAttributes.ContainsKey(name))
                {
                    continue; // once added, a name keeps its type
                }

                var limit = SearchAttributeRegistry.Capacity.GetValueOrDefault(type);
                if (record.SearchAttributes.Values.Count(t => t == (int)type) >= limit)
                {
                    throw ServiceErrors.InvalidArgument($"Unable to create search attributes: cannot have more than {limit} search attribute of type {type}.");
                }

                record.SearchAttributes[name] = (int)type;
            }
        }).ConfigureAwait(false);
        return new AddSearchAttributesResponse();
    }

    private async ValueTask<RemoveSearchAttributesResponse> RemoveAsync(RemoveSearchAttributesRequest request)
    {
        if (request.SearchAttributes.Count == 0)
        {
            throw ServiceErrors.InvalidArgument("SearchAttributes are not set on request.");
        }

        await namespaces.UpdateAsync(Namespace(request.Namespace).Name, record =>
        {
            foreach (var name in request.SearchAttributes)
            {
                if (IsFixed(name))
                {
                    throw ServiceErrors.InvalidArgument($"Unable to remove non-custom search attributes: {name}.");
                }

                record.SearchAttributes.Remove(name);
            }
        }).ConfigureAwait(false);
        return new RemoveSearchAttributesResponse();
    }

    private static bool IsFixed(string name) => SearchAttributeRegistry.BuiltIn.ContainsKey(name) || SearchAttributeRegistry.Predefined.ContainsKey(name);

    private NamespaceEntry Namespace(string name) =>
        name.Length == 0 ? throw ServiceErrors.InvalidArgument("Namespace is not set on request.") : namespaces.Get(name);
}
